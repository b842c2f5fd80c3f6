using System.Numerics.Tensors;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>Reads a convolution's values and brings the operations that follow it into one bias and one batch norm.</summary>
internal static class OnnxLayerWeights
{
    /// <summary>The values.</summary>
    /// <exception cref="WeightsFormatException">A constant is damaged.</exception>
    public static LayerWeights Read(OnnxConstant kernel, OnnxConstant? bias, OnnxChannelOperation? last)
    {
        var operations = new Stack<OnnxChannelOperation>();
        for (OnnxChannelOperation? operation = last; operation is not null; operation = operation.Before)
        {
            operations.Push(operation);
        }

        int channels = kernel.Shape[0];
        var weights = new LayerWeights(new(kernel.Shape, kernel.Values()), bias?.Values());
        foreach (OnnxChannelOperation operation in operations)
        {
            float[][] operands = [.. operation.Operands.Select(operand => operand.ByChannel(channels))];
            weights = operation.Kind switch
            {
                OnnxChannelOperationKind.Add => Add(weights, operands[0], 1),
                OnnxChannelOperationKind.Subtract => Add(weights, operands[0], -1),
                OnnxChannelOperationKind.Multiply => Multiply(weights, operands[0]),
                OnnxChannelOperationKind.Divide => Multiply(weights, Reciprocals(operands[0])),
                _ => Normalize(weights, new(operands[0], operands[1], operands[2], operands[3], operation.Epsilon)),
            };
        }

        return weights;
    }

    private static LayerWeights Add(LayerWeights weights, float[] values, float sign)
    {
        float[] sum = new float[values.Length];
        float[]? before = weights.Norm is null ? weights.Bias : weights.Norm.Beta;
        TensorPrimitives.MultiplyAdd(values, sign, before ?? new float[values.Length], sum);
        return weights.Norm is null ? weights with { Bias = sum } : weights with { Norm = weights.Norm with { Beta = sum } };
    }

    private static LayerWeights Multiply(LayerWeights weights, float[] factors)
    {
        if (weights.Norm is not { } norm)
        {
            float[] zero = new float[factors.Length];
            float[] one = new float[factors.Length];
            Array.Fill(one, 1);
            return weights with { Norm = new(factors, zero, zero, one, 0) };
        }

        float[] gamma = new float[factors.Length];
        float[] beta = new float[factors.Length];
        TensorPrimitives.Multiply(norm.Gamma, factors, gamma);
        TensorPrimitives.Multiply(norm.Beta, factors, beta);
        return weights with { Norm = norm with { Gamma = gamma, Beta = beta } };
    }

    // A second batch norm is a scale and a shift to the first.
    private static LayerWeights Normalize(LayerWeights weights, ChannelNorm norm)
    {
        if (weights.Norm is null)
        {
            return weights with { Norm = norm };
        }

        float[] scale = new float[norm.Gamma.Length];
        float[] shift = new float[norm.Gamma.Length];
        for (int channel = 0; channel < scale.Length; channel++)
        {
            scale[channel] = BatchNormConversion.Scale(norm.Gamma[channel], norm.Variance[channel], norm.Epsilon);
            shift[channel] = norm.Beta[channel] - (norm.Mean[channel] * scale[channel]);
        }

        return Add(Multiply(weights, scale), shift, 1);
    }

    private static float[] Reciprocals(float[] values)
    {
        float[] reciprocals = new float[values.Length];
        TensorPrimitives.Divide(1, values, reciprocals);
        return reciprocals;
    }
}
