using System.Net;
using System.Net.Sockets;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving.Http;

/// <summary>How the service starts and ends.</summary>
[Trait("Category", "Slow")]
public sealed class ServiceProcessTests(TrainedModel model)
{
    [Fact]
    public async Task Service_WithoutAModel_SaysHowToMakeOne() =>
        await CheckRefusesAsync(2, "mobilenetv2 train flowers --output flowers.zip");

    [Fact]
    public async Task Service_WithAMissingModel_DoesNotStart() =>
        await CheckRefusesAsync(1, "'missing.zip' does not exist", "--model", "missing.zip");

    [Fact]
    public async Task Service_WithAnotherFile_DoesNotStart() => await CheckRefusesAsync(
        1, "is not a model that ML.NET can load", "--model", Path.Combine(AppContext.BaseDirectory, "WebApi.dll"));

    [Theory]
    [InlineData("--maxQueue", "many", 2, "MaxQueue")]
    [InlineData("--maxQueue", "-1", 2, "MaxQueue is -1; it must be 0 or more")]
    [InlineData("--maxRequests", "0", 2, "MaxRequests is 0; it must be 1 or more")]
    [InlineData("--timeoutSeconds", "0", 2, "TimeoutSeconds is 0; it must be 1 to 86400")]
    [InlineData("--timeoutSeconds", "86401", 2, "TimeoutSeconds is 86401; it must be 1 to 86400")]
    [InlineData("--timeoutSeconds", "2147483647", 2, "TimeoutSeconds is 2147483647; it must be 1 to 86400")]
    [InlineData("--maxBodyBytes", "0", 2, "MaxBodyBytes is 0; it must be 1 to 268435456")]
    [InlineData("--maxPixels", "0", 2, "MaxPixels is 0; it must be 1 to 250000000")]
    public async Task Service_WithAnImpossibleSetting_NamesIt(string option, string value, int exitCode, string message) =>
        await CheckRefusesAsync(exitCode, message, "--model", "any.zip", option, value);

    [Fact]
    public async Task Service_OnAPortThatIsTaken_SaysSoInOneLine()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var temporary = new TempFolder();
        string address = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        ChildProcess child = await ChildProcess.RunAssemblyAsync(
            WebApiProcess.Assembly, temporary.Path, "--model", await model.PathAsync(), "--urls", address);

        Assert.Equal(1, child.ExitCode);
        Assert.StartsWith("The service cannot listen: ", child.Error, StringComparison.Ordinal);
        Assert.Contains(address, child.Error, StringComparison.Ordinal);
        Assert.Single(child.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("Exception", child.Output, StringComparison.Ordinal);
        Assert.Empty(temporary.Names());
    }

    [Theory]
    [InlineData("no address")]
    [InlineData("http://127.0.0.1:70000")]
    public async Task Service_OnAnAddressThatCannotBe_SaysSoInOneLine(string address)
    {
        using var temporary = new TempFolder();

        ChildProcess child = await ChildProcess.RunAssemblyAsync(
            WebApiProcess.Assembly, temporary.Path, "--model", await model.PathAsync(), "--urls", address);

        Assert.Equal(1, child.ExitCode);
        Assert.StartsWith("The service cannot listen: ", child.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", child.Error + child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_WhenToldToStop_EndsAndLeavesNoFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs signals.");
        await using WebApiProcess process = await WebApiProcess.StartAsync(await model.PathAsync());
        byte[] picture = await File.ReadAllBytesAsync(Repository.SampleFiles(1)[0], TestContext.Current.CancellationToken);

        // Forms beyond 64 KB are what ASP.NET would put into files.
        byte[] large = new byte[300_000];
        picture.CopyTo(large, 0);
        using var form = new MultipartFormDataContent { { Answer.Body(large), "file", "photo.jpg" } };
        Assert.Equal(HttpStatusCode.OK, (await Answer.OfAsync(process.Client, form)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Answer.OfAsync(process.Client, Answer.Body(picture))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Answer.OfAsync(process.Client, Answer.Body(new byte[100_000]))).Status);

        (int exitCode, string[] left) = await process.StopAsync();

        Assert.Equal(0, exitCode);
        Assert.Empty(left);
    }

    private static async Task CheckRefusesAsync(int exitCode, string message, params string[] arguments)
    {
        using var temporary = new TempFolder();

        ChildProcess child = await ChildProcess.RunAssemblyAsync(
            WebApiProcess.Assembly, temporary.Path, [.. arguments, "--urls", "http://127.0.0.1:0"]);

        Assert.Equal(exitCode, child.ExitCode);
        Assert.Contains(message, child.Error, StringComparison.Ordinal);
        Assert.Empty(temporary.Names());
    }
}
