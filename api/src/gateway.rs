//! What a handler may touch: commands, reads, secrets, the clock and rates. No HTTP client.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use deadpool_postgres::Pool;
use domain::{
    Amount, Asset, Catalogue, Command, MerchantId, Name, Quote, Rate, SecretId, Timestamp, fees,
    merchant, money,
};
use journal::{Clock, Envelope, Facts, Handle, Rejection};
use projections::{Behind, Directory, Progress, Pulse};
use tokio::sync::watch;
use uuid::Uuid;
use vault::{Issued, Vault};

use crate::limiter::Limiter;
use crate::{partner, wallet};

/// Play money or real money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing outside is needed; the sandbox API is served.
    Sandbox,
    /// Real rails only.
    Live,
}

impl Mode {
    /// As in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Live => "live",
        }
    }
}

/// Requests per minute (`stars.md` §0.2); 0 is no limit.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Registrations, per address.
    pub registration: u32,
    /// Authenticated calls, per merchant.
    pub standard: u32,
    /// Telegram's updates, per merchant.
    pub webhook: u32,
}

/// How the APIs behave.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Play money or real money.
    pub mode: Mode,
    /// The stars dialect's request limits.
    pub stars_limits: Limits,
    /// The partner dialect's settings.
    pub partner: partner::Settings,
    /// The wallet dialect's settings.
    pub wallet: wallet::Settings,
    /// Is the caller's address in `X-Forwarded-For` (behind a proxy of ours)?
    pub trust_forwarded_for: bool,
    /// May webhooks go to http URLs?
    pub webhooks_allow_http: bool,
    /// Opens the operator and ledger APIs.
    pub operator_token: vault::Secret,
    /// Opens the ledger API.
    pub auditor_token: Option<vault::Secret>,
}

/// Where rates come from.
pub trait Rates: Send + Sync + 'static {
    /// Units of `quote` for one unit of `base`.
    fn get(&self, base: Name, quote: Name) -> Option<Rate>;
    /// The same with its source and time; `None` if there is none or it is too old.
    fn quote(&self, base: Name, quote: Name) -> Option<Quote>;
    /// All of them, sorted by pair.
    fn all(&self) -> Vec<(Name, Name, Rate)>;
    /// Do sources alone say this one?
    fn is_asked(&self, base: Name, quote: Name) -> bool;
    /// Sets one.
    fn set(&self, base: Name, quote: Name, rate: Rate);
}

/// A step that may fail for reasons of the database.
pub type Storing<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// Where the sandbox keeps what it was told.
pub trait SandboxStore: Send + Sync + 'static {
    /// How far the clock is ahead. Units: seconds.
    fn keep_clock(&self, offset_seconds: i64) -> Storing<'_>;
    /// A rate that was set.
    fn keep_rate(&self, base: Name, quote: Name, rate: Rate) -> Storing<'_>;
}

/// A simulated network as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Shape: `TRX`.
    pub network: String,
    /// The last block.
    pub height: u64,
    /// Do no blocks come?
    pub halted: bool,
    /// How many blocks make a transaction final.
    pub confirmations: u64,
}

/// What somebody sends on a simulated network.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Of what; the asset says on which network.
    pub asset: Asset,
    /// How much, in base units.
    pub amount: Amount,
    /// Where to.
    pub address: String,
    /// Where from.
    pub sender: Option<String>,
    /// What is written on it.
    pub memo: Option<String>,
}

/// Why nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsent {
    /// No network here carries the asset.
    NoNetwork,
    /// The text is no address of the network.
    BadAddress,
    /// The database failed.
    Failed(String),
}

/// A sending under way: the transaction's hash.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<String, Unsent>> + Send + 'a>>;

/// The networks of the sandbox. In live mode there are none.
pub trait Networks: Send + Sync + 'static {
    /// Where deposits arrive on this network.
    fn deposit_address(&self, network: &str) -> Option<String>;
    /// All of them.
    fn all(&self) -> Vec<Network>;
    /// Puts a transaction where the next block finds it.
    fn send(&self, sent: Sent) -> Sending<'_>;
    /// Mines blocks on this network, or on all; returns when what became final is booked.
    fn mine<'a>(&'a self, network: Option<&'a str>, count: u64) -> Storing<'a>;
    /// Stops the blocks of a network, or lets them come again.
    fn halt<'a>(&'a self, network: &'a str, halted: bool) -> Storing<'a>;
}

/// Everything behind the handlers.
pub struct Gateway {
    /// To the sequencer.
    pub commands: Handle,
    /// To the read models.
    pub reads: Pool,
    /// How far they are.
    pub progress: Progress,
    /// Who is who.
    pub directory: Arc<Directory>,
    /// Wakes who waits for a payment.
    pub pulse: Arc<Pulse>,
    /// Their secrets.
    pub vault: Arc<Vault>,
    /// The time.
    pub clock: Clock,
    /// The rates.
    pub rates: Arc<dyn Rates>,
    /// What the sandbox was told.
    pub sandbox: Arc<dyn SandboxStore>,
    /// The simulated networks.
    pub networks: Arc<dyn Networks>,
    /// What there are books in.
    pub catalogue: Arc<Catalogue>,
    /// What a conversion costs.
    pub fees: fees::Schedule,
    /// How the APIs behave.
    pub settings: Settings,
    /// Who has asked how often.
    pub limiter: Limiter,
    /// Renders the metrics page.
    pub metrics: Box<dyn Fn() -> String + Send + Sync>,
    /// When the program started.
    pub started: Timestamp,
    /// Turns true when the program is told to stop.
    pub stopping: watch::Receiver<bool>,
}

/// A merchant that was made, with secrets that are shown once.
pub(crate) struct Registered {
    pub(crate) facts: Facts,
    pub(crate) credentials: Vec<(merchant::CredentialKind, Issued)>,
}

/// Why no merchant was made.
pub(crate) enum NotRegistered {
    Rejected(Rejection),
    Vault(vault::Error),
}

impl Gateway {
    /// Has a command decided and made durable.
    pub(crate) async fn execute(
        &self,
        command: Command,
        envelope: Envelope,
    ) -> Result<Facts, Rejection> {
        self.commands.execute(command, envelope).await
    }

    /// Ready when the program is told to stop: what never ends by itself ends then.
    pub(crate) fn stopped(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut stopping = self.stopping.clone();
        async move {
            // A dropped sender means the same.
            let _ = stopping.wait_for(|stopping| *stopping).await;
        }
    }

    /// The read models, once they have everything that was durable when the query arrived.
    pub(crate) async fn reads(&self) -> Result<&Pool, Behind> {
        self.progress.caught_up().await?;
        Ok(&self.reads)
    }

    /// What a link over this money is paid in unless somebody chooses: itself, or USDT for a price in
    /// money that no chain carries.
    pub(crate) fn usual(&self, price: Name) -> Name {
        let payable = self.catalogue.get(price).is_some_and(Asset::is_payable);
        if payable { price } else { money::USDT_TRC20 }
    }

    /// What an asset is worth in the money of a price; `None` where they are the same, or there is no
    /// rate at the moment.
    pub(crate) fn worth(&self, asset: Name, price: Name) -> Option<Quote> {
        if asset == price { None } else { self.rates.quote(asset, price) }
    }

    /// Target units for one Star, before Telegram's share: the pair itself, or by way of TON, or
    /// (for tethers) of TON and the dollar.
    pub(crate) fn star_rate(&self, target: Name) -> Option<Rate> {
        let times = |a: Rate, b: Rate| Rate::new(a.decimal().checked_mul(b.decimal())?);
        if let Some(direct) = self.rates.get(money::STARS, target) {
            return Some(direct);
        }
        let ton = self.rates.get(money::STARS, money::TON)?;
        if let Some(rate) = self.rates.get(money::TON, target) {
            return times(ton, rate);
        }
        let usd = Name::literal("USD");
        let dollars = times(ton, self.rates.get(money::TON, usd)?)?;
        let price = self.rates.get(target, usd)?;
        let rate = dollars.decimal().checked_div(price.decimal())?;
        // A quotient may never end; rates keep what their places hold.
        Rate::new(rate.trunc_with_scale(Rate::PLACES_MAX))
    }

    /// Makes a merchant with new credentials of these kinds. The vault knows them first: a key that
    /// the log does not know opens nothing.
    pub(crate) async fn register(
        &self,
        mut new: merchant::Register,
        kinds: &[merchant::CredentialKind],
        envelope: Envelope,
    ) -> Result<Registered, NotRegistered> {
        let refused = |refusal: merchant::Refusal| Rejection::Refused(refusal.into());
        new.check().map_err(|refusal| NotRegistered::Rejected(refused(refusal)))?;
        let mut credentials = Vec::new();
        for kind in kinds {
            let (named, issued) = self.issue(new.merchant_id, *kind).await?;
            new.credentials.push(named);
            credentials.push((*kind, issued));
        }
        let command = Command::Merchant(merchant::Command::Register(Box::new(new)));
        let facts = self.execute(command, envelope).await.map_err(NotRegistered::Rejected)?;
        Ok(Registered { facts, credentials })
    }

    /// A new credential in the vault, as the log will name it.
    pub(crate) async fn issue(
        &self,
        merchant: MerchantId,
        kind: merchant::CredentialKind,
    ) -> Result<(merchant::Issued, Issued), NotRegistered> {
        let issued = new_keys(kind)?;
        self.keep(merchant, kind, issued).await
    }

    /// A new key whose webhooks go on being signed as before.
    pub(crate) async fn issue_key(
        &self,
        merchant: MerchantId,
        kind: merchant::CredentialKind,
    ) -> Result<(merchant::Issued, Issued), NotRegistered> {
        let issued = Issued { secret: None, ..new_keys(kind)? };
        self.keep(merchant, kind, issued).await
    }

    /// A new signing secret in the vault; it signs nothing until the log names it.
    pub(crate) async fn issue_secret(
        &self,
        merchant: MerchantId,
        kind: merchant::CredentialKind,
    ) -> Result<Option<(SecretId, vault::Secret)>, NotRegistered> {
        let Some(secret) = new_keys(kind)?.secret else { return Ok(None) };
        let id = Uuid::new_v4();
        let kept = self.vault.replace_secret(id, merchant.0, kind.as_str(), &secret).await;
        kept.map_err(NotRegistered::Vault)?;
        Ok(Some((SecretId(id), secret)))
    }

    async fn keep(
        &self,
        merchant: MerchantId,
        kind: merchant::CredentialKind,
        issued: Issued,
    ) -> Result<(merchant::Issued, Issued), NotRegistered> {
        let credential_id = Uuid::new_v4();
        let owner =
            vault::Owner { credential_id, merchant_id: merchant.0, kind: kind.as_str().to_owned() };
        self.vault.keep(owner, &issued).await.map_err(NotRegistered::Vault)?;
        let fingerprint = vault::fingerprint(&issued.key);
        let credential_id = domain::CredentialId(credential_id);
        Ok((merchant::Issued { credential_id, kind, fingerprint }, issued))
    }
}

fn new_keys(kind: merchant::CredentialKind) -> Result<Issued, NotRegistered> {
    vault::issue(kind.as_str()).map_err(|_| NotRegistered::Vault(vault::Error::Cipher))
}

/// A public account number nobody chose: 12 digits.
pub(crate) fn new_uid() -> String {
    let number = Uuid::new_v4().as_u128() % 900_000_000_000;
    number.saturating_add(100_000_000_000).to_string()
}
