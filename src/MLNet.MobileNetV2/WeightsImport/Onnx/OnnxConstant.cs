using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>A constant tensor of an ONNX graph, whose values are read when they are needed.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Shape">Its dimensions: none negative, and their product is possible.</param>
/// <param name="Values">Reads its values as float32.</param>
/// <param name="Integers">Reads its values as integers.</param>
/// <param name="Transposes">How often it was transposed on the way here: each time costs a copy.</param>
internal sealed record OnnxConstant(
    string Name, IReadOnlyList<int> Shape, Func<float[]> Values, Func<long[]> Integers, int Transposes = 0) : OnnxValue
{
    /// <summary>Number of values.</summary>
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
