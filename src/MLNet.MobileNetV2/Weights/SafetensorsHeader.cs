namespace MLNet.MobileNetV2.Weights;

/// <summary>Names and limits of the safetensors header.</summary>
internal static class SafetensorsHeader
{
    /// <summary>The number of bytes before the header, which hold its length as an unsigned little-endian integer.</summary>
    public const int LengthSize = sizeof(ulong);

    /// <summary>The longest header that is read; MobileNetV2's has about 10,000 bytes.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>The most dimensions that a tensor may have.</summary>
    public const int MaxRank = 8;

    public const string Metadata = "__metadata__";
    public const string Type = "dtype";
    public const string Shape = "shape";
    public const string Offsets = "data_offsets";

    public static int SizeOf(SafetensorsType type) => type switch
    {
        SafetensorsType.F32 => sizeof(float),
        SafetensorsType.I64 => sizeof(long),
        SafetensorsType.I8 => sizeof(sbyte),
        _ => sizeof(ushort),
    };
}

/// <summary>The element types of safetensors that are read as float32; F32, F16 and I8 are written.</summary>
internal enum SafetensorsType
{
    F32,
    F16,
    BF16,

    /// <summary>Integers that a tensor of scales goes with, as <see cref="ChannelQuantization"/> has them.</summary>
    I8,

    /// <summary>PyTorch's counters beside batch norm, which are checked and skipped.</summary>
    I64,
}
