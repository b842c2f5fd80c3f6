using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Writes ReLU6 and its gradient.</summary>
internal static class ActivationGradients
{
    // A power of two, so that the product is exact, large enough that any y (6 - y) above about 1e-30 becomes 1.
    private const float Steep = 1.2676506e30f;

    /// <summary>Writes min(max(x, 0), 6) and the mask that <see cref="Backward"/> takes.</summary>
    /// <remarks>
    /// The mask is a steep hard sigmoid of y (6 - y): with the product, four passes over floats, which ONNX Runtime's CPU does about twice
    /// as fast as two comparisons, And and Where. It is written here, yet runs right before its use: ONNX Runtime orders nodes from the
    /// last to the first, at each node the inputs written later first, so a mask written after the gradient that it is for would be
    /// computed, and kept, ahead of all the layers that give the gradient.
    /// </remarks>
    public static MapValue Forward(GraphScope scope, MapValue x, string result)
    {
        string six = scope.Scalar("six", 6);
        string y = scope.Graph.Node("Clip", result, [x.Name, scope.Scalar("zero", 0), six]);
        string inside = scope.Graph.Node("Mul", $"{y}.inside", [y, scope.Graph.Node("Sub", $"{y}.rest", [six, y])]);
        scope.Graph.Node(
            "HardSigmoid", Mask(y), [inside], OnnxGraphBuilder.Attribute("alpha", Steep), OnnxGraphBuilder.Attribute("beta", 0f));
        return x with { Name = y };
    }

    /// <summary>Writes the gradient of ReLU6's input: that of its output where the output is above 0 and below 6, else 0.</summary>
    public static MapValue Backward(GraphScope scope, MapValue output, MapValue gradient)
    {
        var mask = output with { Name = Mask(output.Name) };
        bool isAverage = gradient.Form == MapForm.Averages;
        mask = isAverage ? scope.As(mask, MapForm.Planes) : mask;
        string given = isAverage ? gradient.Name : scope.As(gradient, mask.Form).Name;
        return mask with { Name = scope.Graph.Node("Mul", $"{output.Name}.masked", [given, mask.Name]) };
    }

    private static string Mask(string output) => $"{output}.mask";
}
