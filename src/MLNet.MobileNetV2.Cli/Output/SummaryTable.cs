using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Prints a summary as PyTorch's <c>torchsummary</c> does.</summary>
internal static class SummaryTable
{
    private const int Width = 64;

    public static void Write(TextWriter output, NetworkSummary summary)
    {
        Rule('-');
        Line($"{"Layer (type)",20}  {"Output Shape",25} {"Param #",15}");
        Rule('=');
        foreach (NetworkLayer layer in summary.Layers)
        {
            Line($"{layer.Name,20}  {$"[-1, {string.Join(", ", layer.OutputShape)}]",25} {layer.Parameters,15:N0}");
        }

        Rule('=');
        Line($"Total params: {summary.Parameters:N0}");
        Line($"Trainable params: {summary.Parameters:N0}");
        Line($"Non-trainable params: 0");
        Rule('-');
        Line($"Input size (MB): {summary.InputMegabytes:F2}");
        Line($"Forward/backward pass size (MB): {summary.ForwardBackwardMegabytes:F2}");
        Line($"Params size (MB): {summary.ParameterMegabytes:F2}");
        Line($"Estimated Total Size (MB): {summary.TotalMegabytes:F2}");
        Rule('-');
        Line($"Multiply-adds (M): {summary.MultiplyAdds / 1e6:F1}");
        Line($"Peak activation memory of inference (MB): {summary.PeakActivationBytes / 1048576.0:F2}");
        Rule('-');

        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        void Rule(char mark) => output.WriteLine(new string(mark, Width));
    }
}
