namespace MLNet.MobileNetV2;

/// <summary>How weights hold batch norm. Both forms give the same output within rounding.</summary>
public enum BatchNormForm
{
    /// <summary>Multiplied into the kernel before it, which gets a bias: what inference needs.</summary>
    Folded,

    /// <summary>Scale, shift, mean and variance as tensors of their own: what training needs.</summary>
    Apart,
}
