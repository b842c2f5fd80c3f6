namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>What <c>summary --json</c> prints; sizes are in MB of 2^20 bytes.</summary>
internal sealed record SummaryResult(
    double WidthMultiplier,
    int Resolution,
    int Classes,
    IReadOnlyList<NetworkLayer> Layers,
    long TotalParams,
    long TrainableParams,
    long NonTrainableParams,
    long MultiplyAdds,
    long PeakActivationBytes,
    double InputSize,
    double ForwardBackwardPassSize,
    double ParamsSize,
    double EstimatedTotalSize)
{
    public static SummaryResult Of(NetworkSummary summary) => new(
        summary.Architecture.WidthMultiplier,
        summary.Architecture.Resolution,
        summary.Architecture.NumClasses,
        summary.Layers,
        summary.Parameters,
        summary.Parameters,
        0,
        summary.MultiplyAdds,
        summary.PeakActivationBytes,
        summary.InputMegabytes,
        summary.ForwardBackwardMegabytes,
        summary.ParameterMegabytes,
        summary.TotalMegabytes);
}
