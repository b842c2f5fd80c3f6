using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Tests.Featurization.Columns;

/// <summary>A row with a column of every type that ML.NET knows, all told by its number, and one image in every form.</summary>
internal sealed class AnyRow
{
    public const int Size = 32;

    public const int FeatureCount = 16 * 80;

    public string Path { get; set; } = string.Empty;

    public byte[] Encoded { get; set; } = [];

    [UnsizedImage]
    public MLImage? Image { get; set; }

    [VectorType(3, Size, Size)]
    public float[] Pixels { get; set; } = [];

    /// <summary>The image's features, computed apart.</summary>
    [VectorType(1, FeatureCount)]
    public float[] Expected { get; set; } = [];

    public string Text { get; set; } = string.Empty;

    public bool Flag { get; set; }

    public sbyte Int8 { get; set; }

    public byte UInt8 { get; set; }

    public short Int16 { get; set; }

    public ushort UInt16 { get; set; }

    public int Int32 { get; set; }

    public uint UInt32 { get; set; }

    public long Int64 { get; set; }

    public ulong UInt64 { get; set; }

    public float Single { get; set; }

    public double Double { get; set; }

    public DateTime Time { get; set; }

    public DateTimeOffset ZonedTime { get; set; }

    public TimeSpan Span { get; set; }

    public DataViewRowId RowId { get; set; }

    [KeyType(9)]
    public uint Key { get; set; }

    [KeyType(9)]
    public byte ByteKey { get; set; }

    [KeyType(9)]
    public ulong LongKey { get; set; }

    public float[] Singles { get; set; } = [];

    [VectorType(2)]
    public double[] Pair { get; set; } = [];

    public string[] Words { get; set; } = [];

    [VectorType(2)]
    public bool[] Flags { get; set; } = [];

    [UnsizedImage]
    public MLImage? OtherImage { get; set; }

    /// <summary>The members that hold no image.</summary>
    public static IReadOnlyList<string> Others { get; } =
    [
        nameof(Text), nameof(Flag), nameof(Int8), nameof(UInt8), nameof(Int16), nameof(UInt16), nameof(Int32), nameof(UInt32), nameof(
            Int64), nameof(UInt64),
        nameof(Single), nameof(Double), nameof(Time), nameof(ZonedTime), nameof(Span), nameof(RowId), nameof(Key), nameof(ByteKey), nameof(
            LongKey),
        nameof(Singles), nameof(Pair), nameof(Words), nameof(Flags), nameof(OtherImage),
    ];

    public static AnyRow Of(int number) => new()
    {
        Text = $"row {number}",
        Flag = number % 3 == 0,
        Int8 = (sbyte)(number - 2),
        UInt8 = (byte)(number + 100),
        Int16 = (short)(number - 300),
        UInt16 = (ushort)(number + 300),
        Int32 = number - 70_000,
        UInt32 = (uint)number + 70_000,
        Int64 = number - 5_000_000_000,
        UInt64 = (ulong)number + 5_000_000_000,
        Single = number + 0.5f,
        Double = number + 0.25,
        Time = new DateTime(2020, 1, 1).AddHours(number),
        ZonedTime = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.FromHours(2)).AddDays(number),
        Span = TimeSpan.FromMinutes(number),
        RowId = new DataViewRowId((ulong)number, 7),
        Key = (uint)(number % 10),
        ByteKey = (byte)((number + 1) % 10),
        LongKey = (ulong)((number + 2) % 10),
        Singles = [.. Enumerable.Range(0, number % 4).Select(index => (float)(number + index))],
        Pair = [number, -number],
        Words = [.. Enumerable.Range(0, (number + 2) % 4).Select(index => $"{number}-{index}")],
        Flags = [number % 2 == 0, number % 3 == 0],
        OtherImage = MLImage.CreateFromPixels(2, 1, MLPixelFormat.Rgba32, [(byte)number, 1, 2, 255, 3, 4, (byte)number, 255]),
    };
}
