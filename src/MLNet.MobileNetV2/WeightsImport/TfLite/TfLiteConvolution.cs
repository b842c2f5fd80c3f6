using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>Reads a convolution of a TFLite graph.</summary>
internal static class TfLiteConvolution
{
    private const int SamePadding = 0;
    private const int ValidPadding = 1;
    private const int ConvolutionOptions = 1;
    private const int DepthwiseOptions = 2;

    /// <summary>
    /// The convolution of an input before any padding, which an operator before it may have applied. Copies of tensors are resolved.
    /// </summary>
    /// <exception cref="WeightsFormatException">Its options or the shape of its kernel are not MobileNetV2's.</exception>
    public static ConvolutionStep Read(TfLiteModel model, TfLiteOperator op, int input, Func<int, int> same, ConvolutionPadding? pads)
    {
        // The depthwise options have the depth multiplier as field 3 and otherwise the same order.
        bool isDepthwise = op.Code == TfLiteOperatorCode.DepthwiseConv2D;
        FlatTable options = op.Options(isDepthwise ? DepthwiseOptions : ConvolutionOptions);
        int shift = isDepthwise ? 1 : 0;
        (int horizontal, int vertical) = (options.Int32(1), options.Int32(2));
        if (horizontal != vertical)
        {
            throw op.Error($"its strides are {horizontal} and {vertical}; two equal ones are allowed.");
        }

        (int dilation, int other) = (options.Int32(4 + shift, missing: 1), options.Int32(5 + shift, missing: 1));
        if (dilation != other || dilation < 1)
        {
            throw op.Error($"its dilations are {dilation} and {other}; two equal ones from 1 up are allowed.");
        }

        TfLiteTensor kernel = model.Tensor(same(op.Input(1)));
        int[] stored = kernel.Shape();
        if (stored is not [> 0, > 0, > 0, > 0] || (isDepthwise && stored[0] != 1))
        {
            string needed = isDepthwise ? "[1, height, width, channels]" : "[outputs, height, width, inputs]";
            throw op.Error($"its kernel has shape {TensorShape.Show(stored)}; {needed} is needed.");
        }

        int[] shape = isDepthwise ? [stored[3], 1, stored[1], stored[2]] : [stored[0], stored[3], stored[1], stored[2]];
        int? bias = op.OptionalInput(2) is { } tensor ? same(tensor) : null;
        return new(
            op.Place,
            input,
            op.Output,
            op.Output,
            shape,
            vertical,
            isDepthwise ? shape[0] : 1,
            Padding(op, options.Byte(0), pads),
            TfLiteActivation.Limits(op, options.Byte(3 + shift)),
            () => Weights(model, kernel, stored, shape, isDepthwise, bias))
        {
            Dilation = dilation,
        };
    }

    private static ConvolutionPadding Padding(TfLiteOperator op, byte padding, ConvolutionPadding? pads) => (padding, pads) switch
    {
        (SamePadding, null) => ConvolutionPadding.Same,
        (ValidPadding, _) => pads ?? new(0, 0),
        (SamePadding, _) => throw op.Error("it pads (SAME) what an operator before it has padded already."),
        _ => throw op.Error($"the padding's number is {padding}; SAME ({SamePadding}) and VALID ({ValidPadding}) are allowed."),
    };

    private static LayerWeights Weights(TfLiteModel model, TfLiteTensor kernel, int[] stored, int[] shape, bool isDepthwise, int? bias)
    {
        float[] values = kernel.Values(stored, isDepthwise ? stored.Length - 1 : 0);
        values = isDepthwise ? KernelLayout.FromHwc(values, shape[0]) : KernelLayout.FromOhwi(values, shape[0], shape[1]);
        return new(new(shape, values), bias is { } found ? model.Tensor(found).Values([shape[0]], 0) : null);
    }
}
