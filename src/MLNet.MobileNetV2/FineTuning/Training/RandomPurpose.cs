namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>What random numbers are for: the first part of their place, so that no two purposes share numbers.</summary>
internal enum RandomPurpose
{
    Order = 1,
    Views = 2,
    Mixup = 3,
    Dropout = 4,
}
