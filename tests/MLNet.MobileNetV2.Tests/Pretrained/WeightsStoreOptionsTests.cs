namespace MLNet.MobileNetV2.Tests.Pretrained;

public sealed class WeightsStoreOptionsTests
{
    [Fact]
    public void CacheFolder_WhenNew_IsOneOfTheUsersOwn() =>
        Assert.EndsWith("mlnet-mobilenetv2", new WeightsStoreOptions().CacheFolder, StringComparison.Ordinal);

    [Fact]
    public void From_EveryVariable_IsTaken()
    {
        WeightsStoreOptions options = From(
            ("MOBILENETV2_WEIGHTS", "/w"), ("MOBILENETV2_CACHE", "/c"), ("MOBILENETV2_MIRROR", "https://mirror.example/a"), (
                "MOBILENETV2_OFFLINE", "1"));

        Assert.Equal("/w", options.Folder);
        Assert.Equal("/c", options.CacheFolder);
        Assert.Equal(new Uri("https://mirror.example/a"), options.MirrorBaseUrl);
        Assert.True(options.Offline);
    }

    [Fact]
    public void From_EmptyVariables_AreTheDefaults()
    {
        WeightsStoreOptions options = From(
            ("MOBILENETV2_WEIGHTS", ""), ("MOBILENETV2_CACHE", ""), ("MOBILENETV2_MIRROR", ""), ("MOBILENETV2_OFFLINE", ""));

        Assert.Equal(new WeightsStoreOptions { CacheFolder = From().CacheFolder }, options);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("0", false)]
    [InlineData("False", false)]
    public void From_Offline_TakesOneAndTrue(string text, bool expected) =>
        Assert.Equal(expected, From(("MOBILENETV2_OFFLINE", text)).Offline);

    [Theory]
    [InlineData("MOBILENETV2_OFFLINE", "yes", "1, true, 0 and false")]
    [InlineData("MOBILENETV2_MIRROR", "mirror", "an absolute http or https address")]
    [InlineData("MOBILENETV2_MIRROR", "file:///srv", "an absolute http or https address")]
    public void From_ValueThatIsNotAllowed_NamesTheVariable(string variable, string text, string allowed)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => From((variable, text)));

        Assert.Contains($"{variable} is '{text}'", e.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void From_CacheHome_IsFollowedWhereItIsAbsolute()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no XDG_CACHE_HOME.");

        Assert.Equal("/x/mlnet-mobilenetv2", From(("XDG_CACHE_HOME", "/x")).CacheFolder);
        Assert.Equal(From().CacheFolder, From(("XDG_CACHE_HOME", "x")).CacheFolder);
        Assert.True(Path.IsPathFullyQualified(From().CacheFolder));
    }

    public static TheoryData<string, WeightsStoreOptions> Wrong => new()
    {
        { nameof(WeightsStoreOptions.CacheFolder), new WeightsStoreOptions { CacheFolder = "" } },
        { nameof(WeightsStoreOptions.MirrorBaseUrl), new WeightsStoreOptions { MirrorBaseUrl = new Uri("ftp://mirror.example/") } },
        { nameof(WeightsStoreOptions.MirrorBaseUrl), new WeightsStoreOptions { MirrorBaseUrl = new Uri("files", UriKind.Relative) } },
        { nameof(WeightsStoreOptions.ConnectTimeout), new WeightsStoreOptions { ConnectTimeout = TimeSpan.Zero } },
        { nameof(WeightsStoreOptions.StallTimeout), new WeightsStoreOptions { StallTimeout = TimeSpan.FromDays(2) } },
        { nameof(WeightsStoreOptions.DownloadTimeout), new WeightsStoreOptions { DownloadTimeout = TimeSpan.Zero } },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void NewStore_OptionThatIsNotAllowed_IsNamed(string option, WeightsStoreOptions options)
    {
        ArgumentException e = Assert.ThrowsAny<ArgumentException>(() => new WeightsStore(options));

        Assert.StartsWith($"{option} is ", e.Message, StringComparison.Ordinal);
    }

    private static WeightsStoreOptions From(params (string Name, string Value)[] variables) =>
        WeightsStoreOptions.From(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
