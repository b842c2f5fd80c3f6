namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>The element types that are read, with their numbers in the TFLite schema.</summary>
internal enum TfLiteTensorType
{
    Float32 = 0,
    Float16 = 1,
    Int32 = 2,
    UInt8 = 3,
    Int8 = 9,
}
