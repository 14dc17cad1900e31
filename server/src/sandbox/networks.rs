//! The simulated networks: what is sent is kept before it is promised, blocks are kept as they are
//! mined, and what has become final is booked. Whatever is cut off in between is done again, and
//! changes nothing the second time.

use std::sync::Arc;
use std::time::Duration;

use adapters::chain::simulated::{Kind, Placed, Simulated};
use adapters::chain::{Chain, Transaction};
use api::{Network, Networks as Port, Rates, Sending, Sent, Storing, Unsent};
use deadpool_postgres::Pool;
use domain::deposit::{self, Credit};
use domain::fees::Percent;
use domain::{Command, DepositId, Name, Timestamp, money};
use journal::{Clock, Envelope, Handle, Rejection};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::board::Board;

const RESTORE: &str = "SELECT tx_hash, sender, address, asset, amount::text, memo, block, \
     (EXTRACT(EPOCH FROM mined_at) * 1000000)::bigint \
     FROM sandbox.transactions WHERE network = $1 AND NOT done ORDER BY seq";
const KEEP: &str = "INSERT INTO sandbox.transactions \
     (network, tx_hash, sender, address, asset, amount, memo) \
     VALUES ($1, $2, $3, $4, $5, $6::text::numeric, $7)";
const PLACE: &str = "UPDATE sandbox.transactions SET block = $2, mined_at = $3::text::timestamptz \
     WHERE network = $1 AND block IS NULL AND NOT done";
const RAISE: &str = "UPDATE sandbox.networks SET height = $2 WHERE network = $1";
const DONE: &str = "UPDATE sandbox.transactions SET done = true WHERE tx_hash = $1";

/// Currencies a payment link may be priced in.
const CURRENCIES: [Name; 3] = [money::USD, Name::literal("EUR"), Name::literal("GBP")];

/// How arrivals are valued where a link is priced in a currency.
pub(crate) struct Valued {
    pub(crate) board: Arc<Board>,
    /// How much may be missing, because rates move while money is on its way.
    pub(crate) tolerance: Percent,
}

/// All simulated networks.
pub(crate) struct Networks {
    pool: Pool,
    commands: Handle,
    chains: Vec<Simulated>,
    valued: Valued,
    clock: Clock,
    /// Sending and mining take turns, so that the tables and the memory agree on what is in a block.
    turn: Mutex<()>,
}

impl Networks {
    /// The networks as they were left.
    pub(crate) async fn restore(
        pool: Pool,
        commands: Handle,
        kinds: &[(Kind, u64)],
        valued: Valued,
        clock: Clock,
    ) -> Result<Self, String> {
        let mut chains = Vec::new();
        for (kind, confirmations) in kinds {
            chains.push(restore(&pool, *kind, *confirmations).await?);
        }
        Ok(Self { pool, commands, chains, valued, clock, turn: Mutex::default() })
    }

    /// None at all: live mode.
    pub(crate) fn none(pool: Pool, commands: Handle) -> Self {
        let valued = Valued { board: Arc::default(), tolerance: Percent::ZERO };
        Self {
            pool,
            commands,
            chains: vec![],
            valued,
            clock: Clock::default(),
            turn: Mutex::default(),
        }
    }

    /// Mines a block on every network that is not halted, for ever.
    pub(crate) async fn run(&self, every: Duration) {
        let mut tick = tokio::time::interval(every);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            for chain in self.chains.iter().filter(|chain| !chain.halted()) {
                if let Err(error) = self.mine_on(chain, 1).await {
                    let network = chain.network();
                    tracing::warn!(error, %network, "a block had to wait");
                }
            }
        }
    }

    /// Kept first, then in memory: a block that only the tables know is never behind a promise.
    async fn mine_on(&self, chain: &Simulated, count: u64) -> Result<(), String> {
        let turn = self.turn.lock().await;
        let network = chain.network().to_string();
        let first = chain.height().saturating_add(1);
        let last = chain.height().saturating_add(count);
        let text = |error: tokio_postgres::Error| crate::database::describe(&error);
        let mut client = self.pool.get().await.map_err(|error| error.to_string())?;
        let transaction = client.transaction().await.map_err(text)?;
        let now = self.clock.now();
        let at = now.to_string();
        transaction.execute(PLACE, &[&network, &signed(first), &at]).await.map_err(text)?;
        transaction.execute(RAISE, &[&network, &signed(last)]).await.map_err(text)?;
        transaction.commit().await.map_err(text)?;
        drop(client);
        chain.mine(count, now);
        drop(turn);
        self.book(chain).await
    }

    /// Credits what has become final at our address; what is others' is none of our business.
    async fn book(&self, chain: &Simulated) -> Result<(), String> {
        let ours = chain.deposit_address();
        for arrived in chain.arrivals() {
            if arrived.address == ours {
                let command = self.credit(chain.rail(), &arrived);
                match self.commands.execute(command, Envelope::of("chain")).await {
                    Ok(_) => {}
                    // Kept, and tried again with every block: nothing that arrived is forgotten.
                    Err(Rejection::Refused(refusal)) => {
                        let hash = &arrived.hash;
                        tracing::error!(hash, %refusal, "an arrival was refused");
                        continue;
                    }
                    Err(error @ (Rejection::KeyReused | Rejection::Failed(_))) => {
                        return Err(error.to_string());
                    }
                }
            }
            let client = self.pool.get().await.map_err(|error| error.to_string())?;
            let done = client.execute(DONE, &[&arrived.hash]).await;
            done.map_err(|error| crate::database::describe(&error))?;
            chain.settle(&arrived.hash);
        }
        Ok(())
    }

    fn credit(&self, rail: Name, arrived: &Transaction) -> Command {
        let quotes = CURRENCIES.into_iter().filter_map(|currency| {
            Some((currency, self.valued.board.quote(arrived.asset, currency)?))
        });
        Command::Deposit(deposit::Command::Credit(Box::new(Credit {
            deposit_id: DepositId(Uuid::new_v4()),
            rail,
            tx_id: arrived.hash.clone(),
            address: arrived.address.clone(),
            memo: arrived.memo.clone(),
            asset: arrived.asset,
            amount: arrived.amount,
            at: arrived.at,
            quotes: quotes.collect(),
            tolerance: self.valued.tolerance,
        })))
    }

    fn named(&self, network: &str) -> Option<&Simulated> {
        self.chains.iter().find(|chain| chain.network().as_str() == network)
    }

    async fn keep(&self, chain: &Simulated, sent: Sent) -> Result<String, String> {
        let hash = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let network = chain.network().to_string();
        let (asset, amount) = (sent.asset.id.to_string(), sent.amount.to_string());
        let _turn = self.turn.lock().await;
        let client = self.pool.get().await.map_err(|error| error.to_string())?;
        let kept = client
            .execute(
                KEEP,
                &[&network, &hash, &sent.sender, &sent.address, &asset, &amount, &sent.memo],
            )
            .await;
        kept.map_err(|error| crate::database::describe(&error))?;
        chain.submit(Transaction {
            hash: hash.clone(),
            sender: sent.sender,
            address: sent.address,
            asset: sent.asset.id,
            amount: sent.amount,
            memo: sent.memo,
            at: None,
        });
        Ok(hash)
    }
}

impl Port for Networks {
    fn deposit_address(&self, network: &str) -> Option<String> {
        self.named(network).map(Simulated::deposit_address)
    }

    fn all(&self) -> Vec<Network> {
        let all = self.chains.iter().map(|chain| Network {
            network: chain.network().to_string(),
            height: chain.height(),
            halted: chain.halted(),
            confirmations: chain.confirmations(),
        });
        all.collect()
    }

    fn send(&self, sent: Sent) -> Sending<'_> {
        Box::pin(async move {
            let chain = self.named(&sent.asset.network).ok_or(Unsent::NoNetwork)?;
            if !chain.is_address(&sent.address) {
                return Err(Unsent::BadAddress);
            }
            self.keep(chain, sent).await.map_err(Unsent::Failed)
        })
    }

    fn mine<'a>(&'a self, network: Option<&'a str>, count: u64) -> Storing<'a> {
        Box::pin(async move {
            let wanted = |chain: &&Simulated| {
                network.is_none_or(|network| chain.network().as_str() == network)
            };
            for chain in self.chains.iter().filter(wanted) {
                self.mine_on(chain, count).await?;
            }
            Ok(())
        })
    }

    fn halt<'a>(&'a self, network: &'a str, halted: bool) -> Storing<'a> {
        Box::pin(async move {
            let Some(chain) = self.named(network) else { return Ok(()) };
            let client = self.pool.get().await.map_err(|error| error.to_string())?;
            let update = "UPDATE sandbox.networks SET halted = $2 WHERE network = $1";
            let kept = client.execute(update, &[&network, &halted]).await;
            kept.map_err(|error| crate::database::describe(&error))?;
            chain.halt(halted);
            Ok(())
        })
    }
}

async fn restore(pool: &Pool, kind: Kind, confirmations: u64) -> Result<Simulated, String> {
    let text = |error: tokio_postgres::Error| crate::database::describe(&error);
    let client = pool.get().await.map_err(|error| error.to_string())?;
    let network = kind.network().to_string();
    let found = "INSERT INTO sandbox.networks (network) VALUES ($1) ON CONFLICT DO NOTHING";
    client.execute(found, &[&network]).await.map_err(text)?;
    let state = "SELECT height, halted FROM sandbox.networks WHERE network = $1";
    let state = client.query_one(state, &[&network]).await.map_err(text)?;
    let mut open = Vec::new();
    for row in client.query(RESTORE, &[&network]).await.map_err(text)? {
        open.push(placed(&row).ok_or("sandbox.transactions has a row that cannot be read")?);
    }
    let height = state.get::<_, i64>(0).unsigned_abs();
    Ok(Simulated::new(kind, confirmations, height, state.get(1), open))
}

fn placed(row: &tokio_postgres::Row) -> Option<Placed> {
    let transaction = Transaction {
        hash: row.get(0),
        sender: row.get(1),
        address: row.get(2),
        asset: Name::new(row.get(3))?,
        amount: row.get::<_, &str>(4).parse().ok()?,
        memo: row.get(5),
        at: row.get::<_, Option<i64>>(7).map(Timestamp::from_micros),
    };
    Some(Placed { transaction, block: row.get::<_, Option<i64>>(6).map(i64::unsigned_abs) })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
