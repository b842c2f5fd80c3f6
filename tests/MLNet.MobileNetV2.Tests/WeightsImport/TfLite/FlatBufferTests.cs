using MLNet.MobileNetV2.WeightsImport.TfLite;

namespace MLNet.MobileNetV2.Tests.WeightsImport.TfLite;

/// <summary>A file of one table, laid out by hand, of which single bytes are then wrong.</summary>
public sealed class FlatBufferTests
{
    // Field 0: a byte; field 1: absent; field 2: an int; field 3: a vector of two ints.
    private static readonly byte[] s_file =
    [
        20, 0, 0, 0, (byte)'T', (byte)'E', (byte)'S', (byte)'T', // 0: offset of the root, identifier
        12, 0, 16, 0, 4, 0, 0, 0, 8, 0, 12, 0, // 8: vtable: its length, the table's length, field offsets
        12, 0, 0, 0, 7, 0, 0, 0, 254, 255, 255, 255, 4, 0, 0, 0, // 20: table: distance to the vtable, fields
        2, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, // 36: vector
    ];

    [Fact]
    public void Root_FieldsAndDefaults_AreRead()
    {
        FlatTable table = Root(s_file);

        Assert.Equal(7, table.Byte(0));
        Assert.Equal(9, table.Int32(1, missing: 9));
        Assert.Equal(-2, table.Int32(2));
        Assert.Equal(9u, table.UInt32(4, missing: 9));
        Assert.Null(table.Table(1));
        Assert.Equal(0, table.Vector(1, sizeof(int)).Count);
        FlatVector vector = table.Vector(3, sizeof(int));
        Assert.Equal(2, vector.Count);
        Assert.Equal([5, 0, 0, 0, 6, 0, 0, 0], vector.Bytes.ToArray());
        Assert.Equal(6, vector.Int32(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => vector.Int32(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => vector.Int32(-1));
    }

    [Theory]
    [InlineData(4, (byte)'X', "file identifier")]
    [InlineData(0, 49, "bytes at position 49")]
    [InlineData(8, 3, "impossible field list")]
    [InlineData(8, 13, "impossible field list")]
    [InlineData(8, 42, "42 bytes at position 8")]
    [InlineData(10, 3, "impossible field list")]
    [InlineData(10, 29, "29 bytes at position 20")]
    [InlineData(20, 100, "position -80")]
    [InlineData(16, 13, "field 2 of the table at position 20 lies outside")]
    [InlineData(16, 3, "field 2 of the table at position 20 lies outside")]
    [InlineData(32, 17, "bytes at position 49")]
    [InlineData(36, 3, "12 bytes at position 40")]
    [InlineData(39, 255, "bytes at position 40")]
    public void Root_OneByteWrong_SaysWhatLiesOutside(int position, byte value, string message)
    {
        byte[] file = [.. s_file];
        file[position] = value;

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() =>
        {
            FlatTable table = Root(file);
            table.Int32(2);
            table.Vector(3, sizeof(int));
        });

        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }

    private static FlatTable Root(byte[] file) => new FlatBuffer("hand", file).Root("TEST"u8);
}
