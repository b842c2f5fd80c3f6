namespace MLNet.MobileNetV2.Featurization;

/// <summary>A row with a picture as a file path.</summary>
internal sealed class PathRow
{
    public ReadOnlyMemory<char> Source { get; set; }
}
