using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace MLNet.MobileNetV2.Sqlite;

/// <summary>
/// The database: a row an image, in the order of writing. Reading is thread-safe and goes on while another thread or process writes;
/// everything else is done by one thread at a time.
/// </summary>
internal sealed class FeatureDatabase(string path) : IDisposable
{
    // Approximate size of a row without its features.
    private const int RowOverhead = 256;
    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    // The checksum is over key and features, since SQLite has none of its own: a damaged page must not give one image another's features.
    private const string Layout = """
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        CREATE TABLE IF NOT EXISTS features
            (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, checksum INTEGER NOT NULL, value BLOB NOT NULL);
        """;

    private readonly ConcurrentBag<Statement> _readers = [];
    private SqliteConnection? _writer;

    /// <summary>Whether the error is one of the file's content.</summary>
    public static bool IsDamage(SqliteException error) => error.SqliteErrorCode is NotADatabase or Corrupt;

    /// <summary>The approximate size of an image in the file.</summary>
    public static long BytesOf(int featureCount) => ((long)featureCount * sizeof(float)) + RowOverhead;

    /// <summary>Opens the file, makes it where it is missing, and deletes what is too much.</summary>
    public void Open(long maxBytes)
    {
        _writer = Connect();
        Execute(_writer, Layout);
        using SqliteTransaction transaction = _writer.BeginTransaction();
        MakeRoom(transaction, reserve: 0, maxBytes);
        transaction.Commit();

        // Pages of deleted rows are used again; the file becomes smaller only here.
        if (Number("PRAGMA page_count", transaction: null) * PageSize(null) > maxBytes)
        {
            Execute(_writer, "PRAGMA incremental_vacuum");
        }
    }

    /// <summary>Reads an image's features.</summary>
    /// <returns>False where they are missing, damaged, or of another number.</returns>
    public bool TryRead(ReadOnlySpan<byte> key, Span<float> features)
    {
        if (!_readers.TryTake(out Statement? statement))
        {
            statement = new Statement(Connect(), "SELECT checksum, value FROM features WHERE key = $key");
        }

        try
        {
            statement.Command.Parameters[0].Value = key.ToArray();
            using SqliteDataReader row = statement.Command.ExecuteReader();

            // In a damaged row the types are anything.
            if (!row.Read() || row.GetValue(0) is not long checksum
                || row.GetValue(1) is not byte[] value || value.Length != features.Length * sizeof(float))
            {
                return false;
            }

            value.CopyTo(MemoryMarshal.AsBytes(features));
            return checksum == Checksum(key, features);
        }
        finally
        {
            _readers.Add(statement);
        }
    }

    /// <summary>Writes images' features, all or none, and makes room for them before.</summary>
    public void Write(IReadOnlyDictionary<string, float[]> features, long bytes, long maxBytes)
    {
        using SqliteTransaction transaction = _writer!.BeginTransaction();
        MakeRoom(transaction, bytes, maxBytes);
        using SqliteCommand insert = _writer.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT OR REPLACE INTO features (key, checksum, value) VALUES ($key, $checksum, $value)";
        SqliteParameter key = insert.Parameters.Add("$key", SqliteType.Blob);
        SqliteParameter checksum = insert.Parameters.Add("$checksum", SqliteType.Integer);
        SqliteParameter value = insert.Parameters.Add("$value", SqliteType.Blob);
        foreach ((string hex, float[] values) in features)
        {
            byte[] bytesOfKey = Convert.FromHexString(hex);
            key.Value = bytesOfKey;
            checksum.Value = (long)Checksum(bytesOfKey, values);
            value.Value = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        while (_readers.TryTake(out Statement? reader))
        {
            reader.Dispose();
        }

        // The last connection of all processes to be closed removes the log.
        _writer?.Dispose();
    }

    private static uint Checksum(ReadOnlySpan<byte> key, ReadOnlySpan<float> features)
    {
        uint checksum = uint.MaxValue;
        foreach (byte part in key)
        {
            checksum = BitOperations.Crc32C(checksum, part);
        }

        foreach (uint part in MemoryMarshal.Cast<float, uint>(features))
        {
            checksum = BitOperations.Crc32C(checksum, part);
        }

        return checksum;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        using SqliteDataReader rows = command.ExecuteReader();
        do
        {
            while (rows.Read())
            {
            }
        }
        while (rows.NextResult());
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();

            // Waits of SQLite's own, which are shorter than those of the connection; and of a log, what is not yet on disk may be lost
            // with the power.
            Execute(connection, "PRAGMA busy_timeout = 30000; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 256");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // The rows that were written first go. Their pages are used again by what is written next.
    private void MakeRoom(SqliteTransaction transaction, long reserve, long maxBytes)
    {
        long pageSize = PageSize(transaction);
        while (true)
        {
            long used = (Number("PRAGMA page_count", transaction) - Number("PRAGMA freelist_count", transaction)) * pageSize;
            long rows = used + reserve > maxBytes ? Number("SELECT count(*) FROM features", transaction) : 0;
            if (rows == 0)
            {
                return;
            }

            long tooMuch = used + reserve - maxBytes + (maxBytes / 16);
            long count = Math.Clamp((rows * tooMuch / used) + 1, 1, rows);
            Number($"DELETE FROM features WHERE id IN (SELECT id FROM features ORDER BY id LIMIT {count}); SELECT changes()", transaction);
        }
    }

    private long PageSize(SqliteTransaction? transaction) => Number("PRAGMA page_size", transaction);

    private long Number(string text, SqliteTransaction? transaction)
    {
        using SqliteCommand command = _writer!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>A connection of its own with one prepared statement, used by one thread at a time.</summary>
    private sealed class Statement : IDisposable
    {
        private readonly SqliteConnection _connection;

        public Statement(SqliteConnection connection, string text)
        {
            _connection = connection;
            Command = connection.CreateCommand();
            Command.CommandText = text;
            Command.Parameters.Add("$key", SqliteType.Blob);
        }

        public SqliteCommand Command { get; }

        public void Dispose()
        {
            Command.Dispose();
            _connection.Dispose();
        }
    }
}
