using Microsoft.Playwright;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Reporting;

/// <summary>The machine's Chromium, where it has one.</summary>
public sealed class ReportBrowser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (ToolPath.Find("chromium", "chromium-browser", "google-chrome") is not { } program)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,

            // Chromium's sandbox refuses root.
            Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens a file in a window of its own; skips the test where there is no browser.</summary>
    public async Task<ReportTab> OpenAsync(string path, int width = 1280, bool isDark = false, bool hasScript = true)
    {
        Assert.SkipWhen(_browser is null, "Needs chromium, chromium-browser or google-chrome on the PATH: .ci/run installs it.");
        IBrowserContext context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = hasScript,
        });
        var tab = new ReportTab(context, await context.NewPageAsync());
        await tab.Page.GotoAsync(new Uri(path).AbsoluteUri);
        return tab;
    }
}

/// <summary>A page that is open, and what it did that it must not.</summary>
public sealed class ReportTab : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    public ReportTab(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) => Faults.Add($"console: {message.Text}");
        page.PageError += (_, error) => Faults.Add($"error: {error}");
        page.Request += (_, request) =>
        {
            if (!request.IsNavigationRequest && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                Faults.Add($"request: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Messages on the console, errors, and requests for anything but the page.</summary>
    public List<string> Faults { get; } = [];

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
