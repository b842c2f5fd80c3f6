using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>Reads dense layers.</summary>
internal static class OnnxDenses
{
    public static OnnxDense Gemm(OnnxGraph graph, OnnxNode node)
    {
        OnnxTensor input = node.Tensor(0);
        OnnxConstant kernel = Matrix(node);
        OnnxConstant? bias = node.OptionalConstant(2);
        if (node.Int("transA", 0) != 0 || node.Float("alpha", 1) != 1 || (bias is not null && node.Float("beta", 1) != 1))
        {
            throw node.Error("it transposes the features or scales (transA, alpha, beta); none of that is allowed.");
        }

        return Add(graph, node, input, kernel, isTransposed: node.Int("transB", 0) == 0, bias);
    }

    public static OnnxDense MatMul(OnnxGraph graph, OnnxNode node) =>
        Add(graph, node, node.Tensor(0), Matrix(node), isTransposed: true, null);

    private static OnnxConstant Matrix(OnnxNode node) => node.Constant(1) is { Shape: [> 0, > 0] } kernel
        ? kernel
        : throw node.Error($"its matrix has shape {TensorShape.Show(node.Constant(1).Shape)}; two dimensions are needed.");

    private static OnnxDense Add(
        OnnxGraph graph, OnnxNode node, OnnxTensor input, OnnxConstant kernel, bool isTransposed, OnnxConstant? bias)
    {
        int[] shape = isTransposed ? [kernel.Shape[1], kernel.Shape[0]] : [kernel.Shape[0], kernel.Shape[1]];
        if (bias is not null && !bias.IsByChannel(shape[0], isChannelsLast: true))
        {
            throw node.Error($"its bias has shape {TensorShape.Show(bias.Shape)}; [{shape[0]}] is needed.");
        }

        int id = graph.NextId();
        var step = new DenseStep(node.Place, input.Source, id, id, shape, () => new LayerWeights(
            new(shape, isTransposed ? OnnxTransposes.Permute(kernel.Values(), kernel.Shape, [1, 0]) : kernel.Values()),
            bias?.ByChannel(shape[0])));
        graph.Add(step);
        return new(step, HasBias: bias is not null);
    }
}

/// <summary>What a dense layer gives.</summary>
internal sealed record OnnxDense(DenseStep Step, bool HasBias) : OnnxTensor(Step.Output, IsChannelsLast: true)
{
    public OnnxDense Then(int output, OnnxConstant bias)
    {
        Func<LayerWeights> weights = Step.Weights;
        int classes = Step.KernelShape[0];
        return new(Step with { Output = output, Weights = () => weights() with { Bias = bias.ByChannel(classes) } }, HasBias: true);
    }
}
