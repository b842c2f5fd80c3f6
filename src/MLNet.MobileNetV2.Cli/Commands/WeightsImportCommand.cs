using System.CommandLine;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>weights import</c>: weights of any form as safetensors or ONNX.</summary>
internal static class WeightsImportCommand
{
    private const string Safetensors = ".safetensors";
    private const string Onnx = ".onnx";

    public static Command Create(Terminal terminal)
    {
        Option<PaddingFlavor?> padding = new("--padding")
        {
            Description = "TensorFlowSame or PyTorchSymmetric. Default: as the file or its project says.",
            HelpName = "flavor",
            CustomParser = CommonSymbols.Choice<PaddingFlavor>,
        };
        Argument<WeightsSource> source = new("name|file")
        {
            Description = $"{CommonSymbols.CatalogNames}, or a weight file ({CommonSymbols.WeightFiles}).",
            CustomParser = result => CommonSymbols.Source(result, new WeightsFileOptions
            {
                BatchNorm = null,
                Padding = result.GetResult(padding) is { } given && !given.Errors.Any() ? given.GetValueOrDefault<PaddingFlavor?>() : null,
            }),
        };
        Option<string> output = CommonSymbols.Required(new Option<string>("--output", "-o")
        {
            Description = "The file to write, as its extension says: .safetensors with torchvision's names, or .onnx.",
            HelpName = "file",
        });
        output.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && Extension(path) is not (Safetensors or Onnx))
            {
                result.AddError($"--output is '{path}'; a name that ends with {Safetensors} or {Onnx} is needed.");
            }
        });
        Option<BatchNormForm?> batchNorm = new("--batch-norm")
        {
            Description = "Folded or Apart. Default: Apart in safetensors, as torchvision's load_state_dict needs it; Folded in ONNX.",
            HelpName = "form",
            CustomParser = CommonSymbols.Choice<BatchNormForm>,
        };
        var command = new Command("import", "Converts weights of any form to safetensors or ONNX.") { source, output, batchNorm, padding };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminal, parsed.GetRequiredValue(source), parsed.GetRequiredValue(output), parsed.GetValue(batchNorm), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Terminal terminal, WeightsSource source, string output, BatchNormForm? batchNorm, CancellationToken cancellationToken)
    {
        OutputFile.CheckWritable(output);
        LoadedWeights loaded = await WeightsChoice.LoadAsync(terminal, WeightsChoice.OpenStore(), source, cancellationToken);
        WeightsChoice.WriteFallback(terminal, loaded);
        bool isOnnx = Extension(output) == Onnx;
        MobileNetV2Weights weights = loaded.Weights.WithBatchNorm(batchNorm ?? (isOnnx ? BatchNormForm.Folded : BatchNormForm.Apart));
        if (isOnnx)
        {
            OutputFile.Write(output, stream => weights.SaveOnnx(stream));
        }
        else
        {
            OutputFile.Write(output, weights.SaveSafetensors);
            if (weights.Padding == PaddingFlavor.TensorFlowSame)
            {
                await terminal.Error.WriteLineAsync(
                    "These weights pad as TensorFlow does, which the file's metadata says. torchvision's mobilenet_v2 loads them, but pads "
                    + "differently and loses accuracy.");
            }
        }

        await terminal.Output.WriteLineAsync($"{source.Name} -> {output}: {weights.Architecture}, images of "
            + $"{weights.Preprocessing.Size} x {weights.Preprocessing.Size}, batch norm {weights.BatchNorm}");
        return ExitCode.Done;
    }

    private static string Extension(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".SAFETENSORS" => Safetensors,
        ".ONNX" => Onnx,
        var other => other,
    };
}
