namespace MLNet.MobileNetV2.WeightsImport.TfJs;

/// <summary>Element types of a TF.js weight shard, as the manifest names them.</summary>
internal static class TfJsType
{
    public const string Float32 = "float32";
    public const string Float16 = "float16";
    public const string UInt8 = "uint8";
    public const string UInt16 = "uint16";

    /// <summary>Bytes of one element, or null for a type that has no fixed length or is not known.</summary>
    public static int? SizeOf(string? type) => type switch
    {
        Float32 or "int32" => sizeof(int),
        Float16 or UInt16 => sizeof(ushort),
        UInt8 or "bool" => sizeof(byte),
        _ => null,
    };
}
