using System.CommandLine;
using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;
using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>export</c>: a trained model as one ONNX file, for any runtime.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonSymbols.Model();
        Option<string> output = CommonSymbols.Required(
            new Option<string>("--output", "-o")
            {
                Description = "The ONNX file to write; an existing one is replaced.",
                HelpName = "model.onnx",
            });
        var command = new Command("export", "Writes a trained model as one ONNX file: pixels in, probabilities out.") { model, output };
        command.SetAction(parsed => Run(terminal, parsed.GetRequiredValue(model), parsed.GetRequiredValue(output)));
        return command;
    }

    private static int Run(Terminal terminal, string modelPath, string output)
    {
        OutputFile.CheckWritable(output);
        using ModelFile model = ModelFile.Load(modelPath);
        try
        {
            OutputFile.Write(output, stream => model.Context.Model.SaveMobileNetV2AsOnnx(model.Model, stream));
        }
        catch (NotSupportedException error)
        {
            throw new CommandFailedException($"The model '{modelPath}': {error.Message}", innerException: error);
        }

        terminal.Output.WriteLine($"{modelPath} -> {output}");
        return ExitCode.Done;
    }
}
