using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2;

/// <summary>One named float32 tensor in row-major order. Immutable and thread-safe.</summary>
public sealed class WeightTensor
{
    /// <summary>Creates a tensor over values that the caller no longer changes.</summary>
    /// <param name="shape">Its dimensions: none negative.</param>
    /// <param name="values">Its values, as many as the product of the dimensions.</param>
    /// <exception cref="ArgumentException">The number of values is not the product of the dimensions.</exception>
    public WeightTensor(IReadOnlyList<int> shape, ReadOnlyMemory<float> values)
    {
        ArgumentNullException.ThrowIfNull(shape);
        foreach (int dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
        }

        if (TensorShape.Count(shape) != values.Length)
        {
            throw new ArgumentException(
                $"{values.Length} values were given for a tensor of shape {TensorShape.Show(shape)}; "
                + "as many as the product of its dimensions are needed.",
                nameof(values));
        }

        Shape = [.. shape];
        Values = values;
    }

    /// <summary>The dimensions; convolution kernels are output channels, input channels a group, height, width.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values in row-major order.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>A vector of one value.</summary>
    internal static WeightTensor Filled(int count, float value)
    {
        float[] values = new float[count];
        Array.Fill(values, value);
        return new([count], values);
    }
}
