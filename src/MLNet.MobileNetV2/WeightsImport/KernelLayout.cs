namespace MLNet.MobileNetV2.WeightsImport;

/// <summary>Reorders TensorFlow's kernels to the network's: output channels, input channels a group, height, width.</summary>
internal static class KernelLayout
{
    /// <summary>Output channels, height, width, input channels (TFLite) to the network's order.</summary>
    public static float[] FromOhwi(float[] kernel, int outputs, int inputs)
    {
        int perOutput = kernel.Length / outputs;
        int area = perOutput / inputs;
        if (area == 1)
        {
            return kernel;
        }

        float[] reordered = new float[kernel.Length];
        for (int start = 0; start < kernel.Length; start += perOutput)
        {
            Transpose(kernel.AsSpan(start, perOutput), reordered.AsSpan(start, perOutput), area, inputs);
        }

        return reordered;
    }

    /// <summary>Height, width, input channels, output channels (TensorFlow) to the network's order.</summary>
    public static float[] FromHwio(ReadOnlySpan<float> kernel, int outputs, int inputs)
    {
        float[] outputsFirst = new float[kernel.Length];
        Transpose(kernel, outputsFirst, kernel.Length / outputs, outputs);
        return FromOhwi(outputsFirst, outputs, inputs);
    }

    /// <summary>Height, width, channels (depthwise) to channels, height, width.</summary>
    public static float[] FromHwc(ReadOnlySpan<float> kernel, int channels)
    {
        float[] reordered = new float[kernel.Length];
        Transpose(kernel, reordered, kernel.Length / channels, channels);
        return reordered;
    }

    private static void Transpose(ReadOnlySpan<float> matrix, Span<float> transposed, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> values = matrix.Slice(row * columns, columns);
            for (int column = 0; column < values.Length; column++)
            {
                transposed[(column * rows) + row] = values[column];
            }
        }
    }
}
