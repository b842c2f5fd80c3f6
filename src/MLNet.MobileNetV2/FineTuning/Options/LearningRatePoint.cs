namespace MLNet.MobileNetV2;

/// <summary>One step of a search for the learning rate.</summary>
/// <param name="LearningRate">The rate of the layers before the classifier.</param>
/// <param name="Loss">The loss of the step's batch, before the step.</param>
/// <param name="SmoothedLoss">The moving average of the losses up to here.</param>
public readonly record struct LearningRatePoint(double LearningRate, double Loss, double SmoothedLoss);
