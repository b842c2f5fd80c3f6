using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Weights.Formats;

/// <summary>Holds a convolution of a TFLite graph against the layer of the network.</summary>
internal static class TfLiteConvolution
{
    private const int SamePadding = 0;
    private const int ValidPadding = 1;
    private const int NoActivation = 0;
    private const int ReLU6Activation = 3;
    private const int ConvolutionOptions = 1;
    private const int DepthwiseOptions = 2;

    /// <summary>Throws where kind, stride, padding, dilation or activation differ.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="layer">The layer that comes next.</param>
    /// <param name="isPadded">Whether an operator before it padded its input, as TensorFlow pads for stride 2.</param>
    public static void Check(TfLiteOperator op, ConvolutionLayer layer, bool isPadded)
    {
        if (layer.IsDepthwise != (op.Code == TfLiteOperatorCode.DepthwiseConv2D))
        {
            throw op.Error($"the layer '{layer.Name}' is {(layer.IsDepthwise ? "" : "not ")}a depthwise convolution.");
        }

        // The depthwise options have the depth multiplier as field 3 and otherwise the same order.
        FlatTable options = op.Options(layer.IsDepthwise ? DepthwiseOptions : ConvolutionOptions);
        int shift = layer.IsDepthwise ? 1 : 0;
        Expect(op, layer, "the padding's number is", options.Byte(0), isPadded ? ValidPadding : SamePadding);
        Expect(op, layer, "the horizontal stride is", options.Int32(1), layer.Stride);
        Expect(op, layer, "the vertical stride is", options.Int32(2), layer.Stride);
        Expect(op, layer, "the activation's number is", options.Byte(3 + shift), layer.HasReLU6 ? ReLU6Activation : NoActivation);
        Expect(op, layer, "the horizontal dilation is", options.Int32(4 + shift, missing: 1), 1);
        Expect(op, layer, "the vertical dilation is", options.Int32(5 + shift, missing: 1), 1);
    }

    private static void Expect(TfLiteOperator op, ConvolutionLayer layer, string what, int found, int needed)
    {
        if (found != needed)
        {
            throw op.Error($"{what} {found}; the layer '{layer.Name}' needs {needed}.");
        }
    }
}
