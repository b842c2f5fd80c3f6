using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>A row with an encoded picture.</summary>
internal sealed class EncodedRow
{
    public VBuffer<byte> Source { get; set; }
}
