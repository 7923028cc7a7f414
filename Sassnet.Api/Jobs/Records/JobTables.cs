using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Sassnet.Api.Jobs.Records;

/// <summary>
/// Makes the tables of the jobs where there are none, and in those that an earlier version has made the indexes that this one looks by. A column that they lack is
/// an error of the first statement that names it.
/// </summary>
internal static partial class JobTables
{
    // SQLITE_ERROR, which every fault of a statement is: a column that is missing too.
    private const int Error = 1;

    /// <summary>Makes what is missing. Where this node's user may make no index, jobs are found without, in more time.</summary>
    /// <exception cref="DbException">The database cannot be used.</exception>
    public static async Task PrepareAsync(JobContext context, ILogger logger, CancellationToken cancellation)
    {
        if (await HasTablesAsync(context, cancellation))
            await AddIndexesAsync(context, logger, cancellation);
        else
            await CreateTablesAsync(context, cancellation);
    }

    private static async Task<bool> HasTablesAsync(JobContext context, CancellationToken cancellation)
    {
        try
        {
            await context.Jobs.Where(job => job.Number < 0).ToListAsync(cancellation);
            return true;
        }
        catch (PostgresException missing) when (missing.SqlState is PostgresErrorCodes.UndefinedTable)
        {
            return false;
        }
        catch (SqliteException missing) when (missing.SqliteErrorCode == Error && missing.Message.Contains("no such table", StringComparison.Ordinal))
        {
            return false;
        }
    }

    // Not by the framework's EnsureCreated: it makes no tables in a database that has any, of whomever.
    private static async Task CreateTablesAsync(JobContext context, CancellationToken cancellation)
    {
        try
        {
            await ((RelationalDatabaseCreator)context.GetService<IDatabaseCreator>()).CreateTablesAsync(cancellation);
        }
        catch (DbException)
        {
            // Another node, which starts at the same time, may have been faster.
            if (!await HasTablesAsync(context, cancellation))
                throw;
        }
    }

    private static async Task AddIndexesAsync(JobContext context, ILogger logger, CancellationToken cancellation)
    {
        var missing = await MissingAsync(context, cancellation);
        if (missing.Count == 0)
            return;
        try
        {
            var commands = context.GetService<IMigrationsSqlGenerator>().Generate(missing, context.GetService<IDesignTimeModel>().Model);
            await context.GetService<IMigrationCommandExecutor>().ExecuteNonQueryAsync(commands, context.GetService<IRelationalConnection>(), cancellation);
            var added = NamesOf(missing);
            LogAdded(logger, added);
        }
        catch (DbException failure)
        {
            // Another node may have been faster here too.
            var still = NamesOf(await MissingAsync(context, cancellation));
            if (still.Length > 0)
                LogMissing(logger, still, failure.Message);
        }
    }

    // Asked for by name, and not left to IF NOT EXISTS: that is refused to whoever may make no index, also where it is there.
    private static async Task<List<CreateIndexOperation>> MissingAsync(JobContext context, CancellationToken cancellation)
    {
        var table = context.GetService<IDesignTimeModel>().Model.GetRelationalModel().Tables.Single();
        var names = context.Database.IsNpgsql()
            ? context.Database.SqlQuery<string>($"SELECT indexname::text AS \"Value\" FROM pg_indexes WHERE tablename = {table.Name} AND schemaname = ANY (current_schemas(false))")
            : context.Database.SqlQuery<string>($"SELECT name AS \"Value\" FROM sqlite_master WHERE type = 'index' AND tbl_name = {table.Name}");
        var there = await names.ToListAsync(cancellation);
        return [.. table.Indexes.Where(index => !there.Contains(index.Name)).Select(CreateIndexOperation.CreateFrom)];
    }

    private static string NamesOf(List<CreateIndexOperation> indexes) => string.Join(", ", indexes.Select(index => index.Name));

    [LoggerMessage(EventId = 50, Level = LogLevel.Information, Message = "The database of the jobs, of an earlier version, was given the indexes {Indexes}")]
    private static partial void LogAdded(ILogger logger, string indexes);

    [LoggerMessage(EventId = 51, Level = LogLevel.Warning, Message = "The database of the jobs lacks the indexes {Indexes}, and jobs are found in more time; they could not be made: {Reason}")]
    private static partial void LogMissing(ILogger logger, string indexes, string reason);
}
