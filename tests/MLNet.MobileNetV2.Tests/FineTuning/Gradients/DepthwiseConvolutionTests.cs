using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Tests.FineTuning.Gradients;

/// <summary>Against sums over every position, in double.</summary>
public class DepthwiseConvolutionTests
{
    private const int Channels = 3;

    [Property(MaxTest = 100)]
    public Property ForwardAndBackward_AnyShape_AreTheSumsOfProducts() => Prop.ForAll(
        Gen.Choose(1, 40).ToArbitrary(),
        Gen.Choose(1, 9).ToArbitrary(),
        Gen.Choose(0, 7).ToArbitrary(),
        (side, samples, kind) => AreTheSumsOfProducts(
            side,
            samples,
            kind % 2 == 0 ? 1 : 2,
            kind / 2 % 2 == 0 ? PaddingFlavor.PyTorchSymmetric : PaddingFlavor.TensorFlowSame,
            isActivated: kind / 4 == 0));

    [Theory]
    [InlineData(112, 7, 2)]
    [InlineData(56, 22, 2)]
    [InlineData(55, 7, 1)]
    [InlineData(112, 4, 1)]
    public void ForwardAndBackward_MoreSamplesThanAreTakenTogether_AreTheSumsOfProducts(int side, int samples, int stride) =>
        Assert.True(AreTheSumsOfProducts(side, samples, stride, PaddingFlavor.TensorFlowSame, isActivated: true));

    private static bool AreTheSumsOfProducts(int side, int samples, int stride, PaddingFlavor padding, bool isActivated)
    {
        var convolution = new ConvolutionLayer("features.1.conv.0.0", Channels, Channels, 3, stride, Channels, Activation.ReLU6);
        var layer = new TrainedLayer(convolution, side, ConvolutionWriter.PadBefore(convolution, side, padding), Depth: 2);
        var random = new Random(side * samples);
        float[] input = Draw(Channels * samples * side * side, 7);
        float[] gradient = Draw(Channels * samples * layer.OutputSide * layer.OutputSide, 1);
        float[] kernel = Draw(Channels * 9, 3);
        float[] bias = isActivated ? Draw(Channels, 3) : [];
        float[] output = new float[gradient.Length];
        float[] kernelGradient = new float[kernel.Length];
        float[] biasGradient = new float[bias.Length];
        float[] inputGradient = new float[input.Length];
        var computer = new DepthwiseConvolution(layer, samples, isActivated);

        // Channel ranges as several threads take them.
        foreach ((int first, int end) in ((int, int)[])[(1, 3), (0, 1)])
        {
            computer.Forward(first, end, input, null, kernel, bias, output);
            computer.Backward(
                first, end, input, null, isActivated ? output : [], gradient, kernel, kernelGradient, biasGradient, inputGradient);
        }

        (double[] sums, double[] kernelSums, double[] biasSums, double[] inputSums) =
            Naive(layer, samples, input, gradient, kernel, bias, isActivated ? output : null);
        return Are(sums, output) && Are(kernelSums, kernelGradient) && Are(biasSums, biasGradient) && Are(inputSums, inputGradient);

        float[] Draw(int count, float range) => [.. Enumerable.Range(0, count).Select(_ => ((float)random.NextDouble() - 0.3f) * range)];
    }

    private static bool Are(double[] expected, float[] actual) => expected.Zip(actual)
        .All(pair => Math.Abs(pair.First - pair.Second) < 1e-3 * Math.Max(1, Math.Abs(pair.First)));

    private static (double[] Output, double[] Kernel, double[] Bias, double[] Input) Naive(
        TrainedLayer layer, int samples, float[] input, float[] gradient, float[] kernel, float[] bias, float[]? output)
    {
        (int side, int outputSide) = (layer.InputSide, layer.OutputSide);
        double[] sums = new double[gradient.Length];
        double[] kernelSums = new double[kernel.Length];
        double[] biasSums = new double[bias.Length];
        double[] inputSums = new double[input.Length];
        for (int place = 0; place < gradient.Length; place++)
        {
            int plane = place / (outputSide * outputSide);
            int channel = plane / samples;
            (int y, int x) = (place / outputSide % outputSide, place % outputSide);
            double masked = output is null || output[place] is > 0 and < 6 ? gradient[place] : 0;
            for (int tap = 0; tap < 9; tap++)
            {
                int row = (y * layer.Layer.Stride) + (tap / 3) - layer.PadBefore;
                int column = (x * layer.Layer.Stride) + (tap % 3) - layer.PadBefore;
                if (row >= 0 && row < side && column >= 0 && column < side)
                {
                    int from = (((plane * side) + row) * side) + column;
                    sums[place] += (double)input[from] * kernel[(channel * 9) + tap];
                    kernelSums[(channel * 9) + tap] += input[from] * masked;
                    inputSums[from] += bias.Length == 0 || input[from] is > 0 and < 6 ? kernel[(channel * 9) + tap] * masked : 0;
                }
            }

            if (bias.Length > 0)
            {
                biasSums[channel] += masked;
                sums[place] = Math.Clamp(sums[place] + bias[channel], 0, 6);
            }
        }

        return (sums, kernelSums, biasSums, inputSums);
    }
}
