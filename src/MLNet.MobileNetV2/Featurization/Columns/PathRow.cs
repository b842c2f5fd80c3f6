namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>A row with a picture as a file path.</summary>
internal sealed class PathRow
{
    public ReadOnlyMemory<char> Source { get; set; }
}
