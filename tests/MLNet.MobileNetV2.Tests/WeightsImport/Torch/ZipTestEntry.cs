namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>An entry of a zip archive that a test writes.</summary>
/// <param name="Name">Its path within the archive.</param>
/// <param name="Data">What it holds, before compression.</param>
internal sealed record ZipTestEntry(string Name, byte[] Data)
{
    /// <summary>Whether its data is deflated; PyTorch stores it.</summary>
    public bool IsDeflated { get; init; }

    /// <summary>Whether it is marked as encrypted.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>The length that the archive says; null says the true one.</summary>
    public uint? Length { get; init; }

    /// <summary>The number of the entry whose data it refers to instead of its own.</summary>
    public int? SharesDataOf { get; init; }
}
