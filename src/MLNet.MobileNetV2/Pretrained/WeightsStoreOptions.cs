using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Where <see cref="WeightsStore"/> looks for weight files and how it downloads them. Immutable and thread-safe.</summary>
public sealed record WeightsStoreOptions
{
    internal const string FolderVariable = "MOBILENETV2_WEIGHTS";
    internal const string CacheVariable = "MOBILENETV2_CACHE";
    internal const string MirrorVariable = "MOBILENETV2_MIRROR";
    internal const string OfflineVariable = "MOBILENETV2_OFFLINE";

    private static readonly TimeSpan s_maxTimeout = TimeSpan.FromDays(1);

    /// <summary>A folder of the user's that is searched first and never written. Default: none.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// The folder that downloads go to; it is created when needed. Default: <c>mlnet-mobilenetv2</c> in the user's cache folder
    /// (<c>XDG_CACHE_HOME</c> or <c>~/.cache</c>; <c>~/Library/Caches</c> on macOS; <c>LocalApplicationData</c> on Windows).
    /// </summary>
    public string CacheFolder { get; init; } = UserCacheFolder(Environment.GetEnvironmentVariable);

    /// <summary>The http or https address of a folder that serves the files under their names. Default: null, their own.</summary>
    public Uri? MirrorBaseUrl { get; init; }

    /// <summary>Whether downloads are forbidden. Default: false.</summary>
    public bool Offline { get; init; }

    /// <summary>The longest time until the server answers. Default: 15 seconds; <see cref="WeightsSource.Auto"/> waits 5 at most.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest time without a byte during a download. Default: 30 seconds.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest time of a whole download. Default: 10 minutes.</summary>
    public TimeSpan DownloadTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Options from the environment: <c>MOBILENETV2_WEIGHTS</c> (<see cref="Folder"/>), <c>MOBILENETV2_CACHE</c>
    /// (<see cref="CacheFolder"/>), <c>MOBILENETV2_MIRROR</c> (<see cref="MirrorBaseUrl"/>) and <c>MOBILENETV2_OFFLINE</c>
    /// (<see cref="Offline"/>: 1 or true, 0 or false). A variable that is unset or empty leaves the default.
    /// </summary>
    /// <exception cref="ArgumentException">A variable has a value that is not allowed.</exception>
    public static WeightsStoreOptions FromEnvironment() => From(Environment.GetEnvironmentVariable);

    internal static WeightsStoreOptions From(Func<string, string?> variables)
    {
        return new()
        {
            Folder = Read(FolderVariable),
            CacheFolder = Read(CacheVariable) ?? UserCacheFolder(variables),
            MirrorBaseUrl = Read(MirrorVariable) is { } mirror ? Address(mirror) : null,
            Offline = IsTrue(Read(OfflineVariable)),
        };

        string? Read(string name) => variables(name) is { Length: > 0 } value ? value : null;
    }

    internal void Validate()
    {
        Require.Text(CacheFolder, "the path of a folder");
        Require.That(MirrorBaseUrl is null || IsHttp(MirrorBaseUrl), MirrorBaseUrl, "an absolute http or https address");
        CheckTimeout(ConnectTimeout, nameof(ConnectTimeout));
        CheckTimeout(StallTimeout, nameof(StallTimeout));
        CheckTimeout(DownloadTimeout, nameof(DownloadTimeout));
    }

    // The platform's own; it may not exist yet.
    private static string UserCacheFolder(Func<string, string?> variables)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string root = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : variables("XDG_CACHE_HOME") is { } cache && Path.IsPathFullyQualified(cache) ? cache
            : home.Length == 0 ? Path.GetTempPath()
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Path.Combine(home, ".cache");
        return Path.Combine(root, "mlnet-mobilenetv2");
    }

    private static void CheckTimeout(TimeSpan timeout, string option) => Require.That(
        timeout > TimeSpan.Zero && timeout <= s_maxTimeout, timeout, $"more than zero and up to {s_maxTimeout.TotalDays} day", option);

    private static Uri Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && IsHttp(address)
        ? address
        : throw new ArgumentException($"{MirrorVariable} is '{text}'; an absolute http or https address is allowed.");

    private static bool IsHttp(Uri address) =>
        address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);

    private static bool IsTrue(string? text) => text?.ToUpperInvariant() switch
    {
        "1" or "TRUE" => true,
        null or "0" or "FALSE" => false,
        _ => throw new ArgumentException($"{OfflineVariable} is '{text}'; 1, true, 0 and false are allowed."),
    };
}
