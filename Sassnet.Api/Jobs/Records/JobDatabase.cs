using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Jobs.Records;

/// <summary>
/// Opens the database of the jobs for one piece of work at a time, and makes its tables at the first.
/// </summary>
internal sealed class JobDatabase(IOptions<JobsOptions> options, JobFolder folder, ILogger<JobDatabase> logger) : IDisposable
{
    private const string FileName = "jobs.db";
    private const int UniqueInSqlite = 2067; // SQLITE_CONSTRAINT_UNIQUE

    private readonly DbContextOptions<JobContext> _options = Options(options.Value, folder);
    private readonly SemaphoreSlim _preparing = new(1, 1);
    private readonly StoreReach _reach = new("database", failure => IsOfDatabase(failure) && !IsDuplicate(failure), logger);
    private volatile bool _isPrepared;

    /// <summary>Whether something failed for it and it was not tried with success since.</summary>
    public bool IsAway => _reach.IsAway;

    /// <summary>Does a piece of work.</summary>
    /// <exception cref="ProblemException">The database cannot be reached, or cannot store.</exception>
    public Task<T> UseAsync<T>(Func<JobContext, Task<T>> work, CancellationToken cancellation = default)
    {
        folder.RequireUsable();
        return _reach.UseAsync(() => WorkAsync(work, cancellation));
    }

    /// <summary>Tries whether it can be reached, and stores: one that can be read cannot always be written, as a copy of it that has not taken over, or one whose disk is full.</summary>
    /// <exception cref="ProblemException">It cannot, or does not.</exception>
    public Task ProbeAsync() => _reach.ProveAsync(() => WorkAsync(TryAsync, CancellationToken.None));

    /// <summary>Whether a record was not added since another one has what must be its own.</summary>
    public static bool IsDuplicate(Exception failure) => failure is DbUpdateException
    {
        InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } or SqliteException { SqliteExtendedErrorCode: UniqueInSqlite }
    };

    /// <inheritdoc/>
    public void Dispose() => _preparing.Dispose();

    private static bool IsOfDatabase(Exception failure) =>
        failure is DbException or DbUpdateException or TimeoutException
        || failure is InvalidOperationException { InnerException: { } inner } && IsOfDatabase(inner);

    private static DbContextOptions<JobContext> Options(JobsOptions options, JobFolder folder)
    {
        var builder = new DbContextOptionsBuilder<JobContext>();

        // The framework's own log would print statements, and failures that are told as problems here.
        builder.UseLoggerFactory(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        return options.Database == JobDatabaseKind.PostgreSql
            ? builder.UseNpgsql(options.ConnectionString).Options
            : builder.UseSqlite(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder.Path, FileName) }.ToString()).AddInterceptors(new KeptJournal()).Options;
    }

    // A server that was started anew has ended the connections that are kept, which is found out by using one. Asked for something that changes nothing, it may be
    // asked again; a piece of work that broke off may be done.
    private static async Task ConnectAsync(JobContext context, NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Clearing the pool returns at once while somebody else is clearing it, so that the next connection may be an ended one too: at most all that it keeps are.
        var kept = new NpgsqlConnectionStringBuilder(connection.ConnectionString).MaxPoolSize;
        for (var ended = 0; ; ended++)
        {
            await context.Database.OpenConnectionAsync(cancellation);
            try
            {
                await AskAsync(connection, cancellation);
                return;
            }
            catch (NpgsqlException) when (connection.State != ConnectionState.Open && ended < kept)
            {
                NpgsqlConnection.ClearPool(connection);
                await context.Database.CloseConnectionAsync();
            }
        }
    }

    // As a job that is being received, which nobody sees: what a process leaves that ends here is removed with those.
    private static async Task<bool> TryAsync(JobContext db)
    {
        var tried = new JobRecord
        {
            Id = Guid.NewGuid().ToString("N"),
            Caller = string.Empty,
            QueryHash = string.Empty,
            Query = string.Empty,
            Model = string.Empty,
            Output = string.Empty,
            RequestId = string.Empty,
            PathBase = string.Empty,
        };
        db.Jobs.Add(tried);
        await db.SaveChangesAsync();
        return await db.Jobs.Where(job => job.Id == tried.Id).ExecuteDeleteAsync() == 1;
    }

    private static async Task AskAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var nothing = new NpgsqlCommand("SELECT 1", connection);
        await nothing.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<T> WorkAsync<T>(Func<JobContext, Task<T>> work, CancellationToken cancellation)
    {
        await using var context = new JobContext(_options);
        if (context.Database.GetDbConnection() is NpgsqlConnection connection)
            await ConnectAsync(context, connection, cancellation);
        await PrepareAsync(context, cancellation);
        return await work(context);
    }

    private async Task PrepareAsync(JobContext context, CancellationToken cancellation)
    {
        if (_isPrepared)
            return;
        await _preparing.WaitAsync(cancellation);
        try
        {
            if (_isPrepared)
                return;
            await JobTables.PrepareAsync(context, logger, cancellation);
            _isPrepared = true;
        }
        finally
        {
            _preparing.Release();
        }
    }
}

/// <summary>
/// Lets SQLite keep its journal's file between transactions: what is stored of a job that finds the disk full then needs no room of its own. A write-ahead log,
/// which is faster, grows with every change until it is emptied. A commit is on the disk when it returns.
/// </summary>
internal sealed class KeptJournal : DbConnectionInterceptor
{
    private const string Settings = "PRAGMA journal_mode=PERSIST; PRAGMA synchronous=FULL";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Settings;
        command.ExecuteNonQuery();
    }

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
