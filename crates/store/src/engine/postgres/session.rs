//! One connection: statements, transactions, and whether the one that is open can still be kept.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Connection, Error, NoTls, Socket, Statement};

use super::dialect;
use super::failure::{Failure, judge};
use super::tls::Encryption;
use crate::engine::verb;
use crate::error::StoreError;
use crate::row::Row;
use crate::target::PostgresAddress;
use crate::tx::Session;
use crate::value::Value;

/// A statement of ours, found again by the address of its `'static` text.
struct Known {
    statement: Statement,
    null_tests: Vec<usize>,
    columns: Arc<[String]>,
}

/// One connection and the statements it has met.
pub(super) struct PgSession {
    client: Client,
    known: HashMap<(usize, usize), Known>,
    /// Begins the transaction, sent together with its first statement.
    begin: Option<&'static str>,
    /// What spoilt the open transaction, if anything did.
    failure: Option<Failure>,
    /// Whether the server answered anything since the transaction began.
    answered: bool,
    /// Asks for the transaction's name; none where the server has no name to ask for later.
    naming: Option<Statement>,
    /// The transaction that was to be committed last, by the server's own name for it.
    named: Option<String>,
    deadline: Duration,
    /// Drives the connection, only while a statement is waited for. Dropped last.
    runtime: Runtime,
}

impl PgSession {
    /// Connects. An answer that takes longer than `deadline` counts as a lost connection.
    pub(super) fn connect(address: &PostgresAddress, deadline: Duration) -> Result<Self, StoreError> {
        let unreachable = |reason: String| StoreError::Engine(format!("cannot reach the database: {reason}"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| unreachable(error.to_string()))?;
        let client = match address.encrypted() {
            None => drive(&runtime, deadline, address.config().connect(NoTls)),
            Some(roots) => {
                let encryption = Encryption::new(roots).map_err(unreachable)?;
                drive(&runtime, deadline, address.config().connect(encryption))
            }
        };
        let client = client.map_err(unreachable)?;
        Ok(Self {
            client,
            known: HashMap::new(),
            begin: None,
            failure: None,
            answered: false,
            naming: None,
            named: None,
            deadline,
            runtime,
        })
    }

    /// Begins a transaction with `sql`, at its first statement.
    pub(super) fn begin(&mut self, sql: &'static str) {
        (self.begin, self.failure, self.answered) = (Some(sql), None, false);
    }

    /// What spoilt the transaction.
    pub(super) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Whether the connection was already gone when the transaction was to begin.
    pub(super) fn was_gone_before(&self) -> bool {
        self.is_lost() && !self.answered
    }

    pub(super) fn is_lost(&self) -> bool {
        matches!(self.failure, Some(Failure::Lost(_)))
    }

    /// Commits. Any error means that the caller must not be told of success.
    pub(super) fn commit(&mut self) -> Result<(), Failure> {
        // PostgreSQL answers COMMIT without an error when it rolled back a spoilt transaction.
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        if self.begin.take().is_some() {
            return Ok(());
        }
        self.named = None;
        let Some(naming) = &self.naming else { return self.control("COMMIT") };
        let (client, named) = (&self.client, RefCell::new(None));
        let together = async {
            // The server answers the first before it begins with the second. So the name is here even
            // where the connection breaks in the commit, and somebody can be asked what became of it.
            let name = async {
                let row = client.query_one(naming, &[]).await?;
                named.replace(row.try_get::<_, Option<String>>(0)?);
                Ok(())
            };
            let (name, committed) = tokio::join!(biased; name, client.batch_execute("COMMIT"));
            committed.and(name)
        };
        let result = wait(&self.runtime, self.deadline, together);
        self.named = named.into_inner();
        self.remember(result)
    }

    /// Has every later transaction name itself before it commits.
    pub(super) fn name_transactions(&mut self) -> Result<(), Failure> {
        let naming = self.client.prepare("SELECT CAST(pg_current_xact_id_if_assigned() AS TEXT)");
        self.naming = Some(wait(&self.runtime, self.deadline, naming)?);
        Ok(())
    }

    /// The transaction that was to be committed last, where it had changed anything.
    pub(super) fn named(&self) -> Option<&str> {
        self.named.as_deref()
    }

    /// Ends the open transaction, keeping nothing.
    pub(super) fn abandon(&mut self) {
        if self.begin.take().is_none()
            && !self.is_lost()
            && let Err(failure) = self.control("ROLLBACK")
        {
            // Whatever is open then, no other unit may find itself in it.
            self.failure = Some(Failure::lost(failure.error()));
        }
    }

    /// Forgets all prepared statements: a migration may have changed what they answer.
    pub(super) fn forget_statements(&mut self) {
        self.known.clear();
    }

    /// Runs statements of the engine's own, which answer nothing.
    pub(super) fn control(&mut self, sql: &str) -> Result<(), Failure> {
        let began = self.begin.take();
        let client = &self.client;
        let work = async {
            if let Some(begin) = began {
                client.batch_execute(begin).await?;
            }
            client.batch_execute(sql).await
        };
        let result = wait(&self.runtime, self.deadline, work);
        self.remember(result)
    }

    /// Keeps the first failure of a transaction: what follows it is only its echo.
    fn remember<T>(&mut self, result: Result<T, Failure>) -> Result<T, Failure> {
        self.answered |= !matches!(result, Err(Failure::Lost(_)));
        if let Err(failure) = &result
            && self.failure.is_none()
        {
            self.failure = Some(failure.clone());
        }
        result
    }

    fn prepare(&mut self, sql: &'static str) -> Result<(), Failure> {
        if self.known.contains_key(&key(sql)) {
            return Ok(());
        }
        let translated = dialect::statement(sql);
        let prepared = wait(&self.runtime, self.deadline, self.client.prepare(&translated.sql));
        let statement = self.remember(prepared)?;
        let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        self.known.insert(key(sql), Known { statement, null_tests: translated.null_tests, columns });
        Ok(())
    }

    fn run<T>(
        &mut self,
        sql: &'static str,
        values: &[Value],
        work: impl AsyncFnOnce(&Client, &Known, &[&(dyn ToSql + Sync)]) -> Result<T, Error>,
    ) -> Result<T, StoreError> {
        verb::check(sql)?;
        if let Some(failure) = &self.failure {
            return Err(failure.error().clone());
        }
        self.prepare(sql).map_err(|failure| failure.error().clone())?;
        let Some(known) = self.known.get(&key(sql)) else { return Err(StoreError::Engine("not prepared".to_owned())) };
        let nulls: Vec<Value> = known.null_tests.iter().map(|place| null_or_one(values.get(*place))).collect();
        let bound: Vec<&(dyn ToSql + Sync)> = values.iter().chain(&nulls).map(|value| value as _).collect();
        let wanted = known.statement.params().len();
        if bound.len() != wanted {
            let wanted = wanted - nulls.len();
            return Err(StoreError::Engine(format!("a statement takes {wanted} values and got {}", values.len())));
        }
        let (client, began) = (&self.client, self.begin.take());
        let together = async {
            match began {
                None => work(client, known, &bound).await,
                // Both leave before either is answered, in this order: one way over the wire less.
                Some(begin) => {
                    let (began, worked) =
                        tokio::join!(biased; client.batch_execute(begin), work(client, known, &bound));
                    began.and(worked)
                }
            }
        };
        let result = wait(&self.runtime, self.deadline, together);
        self.remember(result).map_err(|failure| failure.error().clone())
    }
}

impl Session for PgSession {
    fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, StoreError> {
        self.run(sql, params, async |client, known, bound| client.execute(&known.statement, bound).await)
    }

    fn rows(&mut self, sql: &'static str, params: &[Value], limit: usize) -> Result<Vec<Row>, StoreError> {
        let (columns, rows) = self.run(sql, params, async |client, known, bound| {
            Ok((Arc::clone(&known.columns), client.query(&known.statement, bound).await?))
        })?;
        rows.iter().take(limit).map(|row| own(&columns, row)).collect()
    }

    fn batch(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.control(&dialect::migration(sql)).map_err(|failure| failure.error().clone())
    }

    fn tables(&mut self) -> Result<Vec<String>, StoreError> {
        let rows = self.all(
            "SELECT c.relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f')",
            &[],
        )?;
        rows.iter().map(|row| row.get("name")).collect()
    }
}

/// Connects, and has `runtime` carry what is said from then on; the reason when nobody answers.
fn drive<T>(
    runtime: &Runtime,
    deadline: Duration,
    connecting: impl Future<Output = Result<(Client, Connection<Socket, T>), Error>>,
) -> Result<Client, String>
where
    T: tokio_postgres::tls::TlsStream + Unpin + Send + 'static,
{
    let (client, connection) = runtime
        .block_on(async { tokio::time::timeout(deadline, connecting).await })
        .map_err(|_| "it does not answer".to_owned())?
        .map_err(|error| reason(&error))?;
    runtime.spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to PostgreSQL ended");
        }
    });
    Ok(client)
}

/// Waits for the server. Without an answer in time nobody knows what it does, so that counts as lost.
fn wait<T>(runtime: &Runtime, deadline: Duration, work: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
    match runtime.block_on(async { tokio::time::timeout(deadline, work).await }) {
        Ok(result) => result.map_err(|error| judge(&error)),
        Err(_) => Err(Failure::lost("it does not answer")),
    }
}

fn key(sql: &'static str) -> (usize, usize) {
    (sql.as_ptr().addr(), sql.len())
}

fn null_or_one(value: Option<&Value>) -> Value {
    match value {
        None | Some(Value::Null) => Value::Null,
        Some(_) => Value::Integer(1),
    }
}

fn own(columns: &Arc<[String]>, row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let value = |place: usize| row.try_get(place).map_err(|error| StoreError::Corrupt(reason(&error)));
    let values = (0..columns.len()).map(value).collect::<Result<_, _>>()?;
    Ok(Row::new(Arc::clone(columns), values))
}

/// An error with its cause, which the outer text leaves out.
fn reason(error: &Error) -> String {
    use std::error::Error as _;
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
