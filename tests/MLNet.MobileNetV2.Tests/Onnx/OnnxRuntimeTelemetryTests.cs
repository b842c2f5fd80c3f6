using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Onnx;

public class OnnxRuntimeTelemetryTests
{
    [Fact]
    public async Task Process_ThatRunsTheNetwork_LeavesNoFilesOfOnnxRuntime()
    {
        using var temp = new TempFolder();
        string model = Path.Combine(Repository.Root, "tests", "MLNet.MobileNetV2.Tests", "Fixtures", "model-1.0.0-preview.1.zip");

        // The temporary and the home folder of the process are the same empty one.
        ChildProcess child = await ChildProcess.RunAssemblyAsync(
            "MLNet.MobileNetV2.Loader", temp.Path, model, "engine", Repository.SampleFiles(1)[0]);

        Assert.Equal(0, child.ExitCode);
        Assert.Empty(temp.Names());
    }
}
