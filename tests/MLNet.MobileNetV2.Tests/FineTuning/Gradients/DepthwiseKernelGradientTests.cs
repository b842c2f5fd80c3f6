using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Tests.FineTuning.Gradients;

public class DepthwiseKernelGradientTests
{
    [Property(MaxTest = 60)]
    public Property Compute_AnyShape_IsTheSumOfProducts() => Prop.ForAll(
        Gen.Choose(1, 40).ToArbitrary(),
        Gen.Choose(1, 9).ToArbitrary(),
        Gen.Elements(1, 2, 3, 4).ToArbitrary(),
        (side, samples, kind) => IsTheSumOfProducts(
            side, samples, kind <= 2 ? 1 : 2, kind % 2 == 0 ? PaddingFlavor.PyTorchSymmetric : PaddingFlavor.TensorFlowSame));

    [Theory]
    [InlineData(112, 7, 2)]
    [InlineData(56, 22, 2)]
    [InlineData(55, 7, 1)]
    [InlineData(112, 4, 1)]
    public void Compute_MoreSamplesThanAreTakenTogether_IsTheSumOfProducts(int side, int samples, int stride) =>
        Assert.True(IsTheSumOfProducts(side, samples, stride, PaddingFlavor.TensorFlowSame));

    private static bool IsTheSumOfProducts(int side, int samples, int stride, PaddingFlavor padding)
    {
        var convolution = new ConvolutionLayer("features.1.conv.0.0", 3, 3, 3, stride, 3, HasReLU6: true);
        var layer = new TrainedLayer(convolution, side, ConvolutionWriter.PadBefore(convolution, side, padding), Depth: 2);
        var random = new Random(side * samples);
        float[] input = Draw(3 * samples * side * side);
        float[] gradient = Draw(3 * samples * layer.OutputSide * layer.OutputSide);
        float[] kernel = new float[27];
        var computer = new DepthwiseKernelGradient(layer, samples);

        // Twice, because the second finds the buffers of the first.
        computer.Compute(Draw(input.Length), Draw(gradient.Length), samples, kernel);
        computer.Compute(input, gradient, samples, kernel);

        return Enumerable.Range(0, 27).All(index =>
        {
            double expected = Naive(layer, input, gradient, samples, index / 9, index / 3 % 3, index % 3);
            return Math.Abs(expected - kernel[index]) < 1e-4 * Math.Max(1, Math.Abs(expected));
        });

        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];
    }

    private static double Naive(TrainedLayer layer, float[] input, float[] gradient, int samples, int channel, int row, int column)
    {
        (int side, int outputSide) = (layer.InputSide, layer.OutputSide);
        double sum = 0;
        for (int position = 0; position < samples * outputSide * outputSide; position++)
        {
            (int sample, int y, int x) = (position / (outputSide * outputSide), position / outputSide % outputSide, position % outputSide);
            int inputRow = (y * layer.Layer.Stride) + row - layer.PadBefore;
            int inputColumn = (x * layer.Layer.Stride) + column - layer.PadBefore;
            if (inputRow >= 0 && inputRow < side && inputColumn >= 0 && inputColumn < side)
            {
                int plane = (channel * samples) + sample;
                sum += (double)input[(((plane * side) + inputRow) * side) + inputColumn]
                    * gradient[(((plane * outputSide) + y) * outputSide) + x];
            }
        }

        return sum;
    }
}
