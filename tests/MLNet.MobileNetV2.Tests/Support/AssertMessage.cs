namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>Checks what a message tells, whatever its wording.</summary>
internal static class AssertMessage
{
    /// <summary>A message has each part: what was received, what is allowed, the name of a file or column.</summary>
    public static void Tells(string message, params string[] parts) =>
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
}
