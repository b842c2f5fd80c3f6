using System.Globalization;
using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>
/// Prints a summary as PyTorch's <c>torchsummary</c> does; with a head, with each layer's multiply-adds and the sums of each part too.
/// </summary>
internal static class SummaryTable
{
    private const int Width = 64;
    private const int CostWidth = 16;

    public static void Write(TextWriter output, NetworkSummary summary)
    {
        bool hasHead = summary.Head is not null;
        Rule('-');
        Line($"{"Layer (type)",20}  {"Output Shape",25} {"Param #",15}{(hasHead ? $" {"Multiply-adds",CostWidth - 1}" : string.Empty)}");
        Rule('=');
        foreach (NetworkPart part in summary.Parts)
        {
            foreach (NetworkLayer layer in part.Layers)
            {
                string cost = hasHead ? string.Create(CultureInfo.InvariantCulture, $"{layer.MultiplyAdds,CostWidth:N0}") : string.Empty;
                Line($"{layer.Name,20}  {$"[-1, {string.Join(", ", layer.OutputShape)}]",25} {layer.Parameters,15:N0}{cost}");
            }

            if (hasHead)
            {
                Rule('-');
                Line($"{part.Name,20}  {string.Empty,25} {part.Parameters,15:N0}{part.MultiplyAdds,CostWidth:N0}");
                Rule(part == summary.Parts[^1] ? '=' : '-');
            }
        }

        if (!hasHead)
        {
            Rule('=');
        }

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
        void Rule(char mark) => output.WriteLine(new string(mark, hasHead ? Width + CostWidth : Width));
    }
}
