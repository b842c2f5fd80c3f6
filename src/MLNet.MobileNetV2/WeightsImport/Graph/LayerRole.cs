using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>What MobileNetV2 requires of a convolution in one place.</summary>
internal sealed record LayerRole(string Name, int KernelSide, bool IsDepthwise, int LeastStride, int GreatestStride, bool HasReLU6)
{
    public static LayerRole Stem { get; } = new("the first convolution", 3, false, 2, 2, true);

    public static LayerRole Expansion { get; } = new("an expansion, as the last convolution,", 1, false, 1, 1, true);

    public static LayerRole Depthwise { get; } = new("a depthwise convolution", 3, true, 1, 2, true);

    public static LayerRole Projection { get; } = new("a projection", 1, false, 1, 1, false);

    /// <summary>Why a convolution of a tensor does not have this role; null where it does.</summary>
    public string? Problem(ConvolutionStep step, GraphPoint input)
    {
        int inputs = IsDepthwise ? 1 : input.Channels;
        bool fits = step.KernelShape is [> 0 and int outputs, var given, var height, var width]
            && given == inputs && height == KernelSide && width == KernelSide && (!IsDepthwise || outputs == input.Channels);
        if (!fits)
        {
            string needed = $"[{(IsDepthwise ? input.Channels : "n")}, {inputs}, {KernelSide}, {KernelSide}]";
            string found = TensorShape.Show(step.KernelShape);
            return $"its kernel has shape {found} (outputs, inputs a group, height, width); {Name} needs {needed}.";
        }

        int groups = IsDepthwise ? input.Channels : 1;
        if (step.Groups != groups)
        {
            return $"it has {step.Groups} groups; {Name} needs {groups}.";
        }

        if (step.Stride < LeastStride || step.Stride > GreatestStride)
        {
            string needed = LeastStride < GreatestStride ? $"{LeastStride} or {GreatestStride}" : $"{GreatestStride}";
            return $"its stride is {step.Stride}; {Name} needs {needed}.";
        }

        if (step.Dilation != 1 && (!IsDepthwise || step.Stride != 1))
        {
            return $"its dilation is {step.Dilation}; {Name} needs 1{(IsDepthwise ? $" at stride {step.Stride}" : string.Empty)}.";
        }

        if (!StridePadding.Fits(step, input.Side))
        {
            return $"its padding is {step.Padding}; {Name} needs {StridePadding.Needed(step, input.Side)}.";
        }

        OutputLimits limits = HasReLU6 ? OutputLimits.ReLU6 : OutputLimits.None;
        return step.Limits == limits ? null : $"its results are {step.Limits}; {Name} needs them {limits}.";
    }
}
