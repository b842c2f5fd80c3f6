using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>What a name in an ONNX graph stands for: a constant, or a tensor that the image decides.</summary>
internal abstract record OnnxValue;

/// <summary>
/// A constant tensor of an ONNX graph of a valid shape, whose values are read when they are needed. Every transposition costs a copy, so
/// they are counted.
/// </summary>
internal sealed record OnnxConstant(
    string Name, IReadOnlyList<int> Shape, Func<float[]> Values, Func<long[]> Integers, int Transposes = 0) : OnnxValue
{
    public int Count => TensorShape.Count(Shape) ?? 0;

    /// <summary>Whether it is one number, or one for each of some channels of a map or, channels last, a vector.</summary>
    public bool IsByChannel(int channels, bool isChannelsLast)
    {
        int axis = Shape.Count - (isChannelsLast ? 1 : 3);
        return Count == 1 || (Count == channels && axis >= 0 && Shape[axis] == channels && Shape.Count <= 4);
    }

    /// <summary>One number, or as many as there are channels, as one for each channel.</summary>
    public float[] ByChannel(int channels)
    {
        float[] values = Values();
        if (values.Length == channels)
        {
            return values;
        }

        float[] all = new float[channels];
        Array.Fill(all, values[0]);
        return all;
    }
}

/// <summary>A tensor that the image decides. Its id is its number among the recognised steps; a transposed map keeps it.</summary>
internal record OnnxTensor(int Id, bool IsChannelsLast = false) : OnnxValue
{
    /// <summary>The tensor for operators other than convolutions: padding belongs to the convolution after it.</summary>
    public virtual int Source => Id;
}

/// <summary>The image, normalised or not.</summary>
internal sealed record OnnxImage(int Id, bool IsChannelsLast, OnnxNormalization Normalization) : OnnxTensor(Id, IsChannelsLast);

/// <summary>A map of which each channel was averaged: as features, its values have one order in any shape.</summary>
internal sealed record OnnxFeatures(int Id) : OnnxTensor(Id);

/// <summary>The second input of this library's graphs, which is added to the features: 0 where there is an image.</summary>
internal sealed record OnnxMissing(int Id) : OnnxTensor(Id);

/// <summary>A map of which the rows or the columns were averaged, with the axis that is left to average over and its rank then.</summary>
internal sealed record OnnxLines(int Id, OnnxTensor Map, int Axis, int Rank) : OnnxTensor(Id);

/// <summary>A map with rows and columns of zeros around it, which become those of the convolution that takes it.</summary>
internal sealed record OnnxPadded(int Id, OnnxTensor Input, ConvolutionPadding Pads) : OnnxTensor(Id, Input.IsChannelsLast)
{
    /// <inheritdoc/>
    public override int Source => Input.Id;
}
