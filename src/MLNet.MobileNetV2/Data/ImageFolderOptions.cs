using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>What a labelled image folder must hold. Immutable and thread-safe.</summary>
public sealed class ImageFolderOptions
{
    /// <summary>
    /// Fewest classes that the folder may hold, at least 1. Training needs 2; 1 is of use where a trained model is evaluated on
    /// one class. Default: 2.
    /// </summary>
    public int MinimumClasses
    {
        get;
        init
        {
            Require.AtLeast(1, value, nameof(MinimumClasses));
            field = value;
        }
    } = 2;
}
