namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>A picture to name; or a folder that holds none or cannot be read, and why.</summary>
internal sealed record ImageArgument(string Path, string? Problem = null);
