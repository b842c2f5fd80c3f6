namespace MLNet.MobileNetV2;

/// <summary>Where the training of the classifier head stands after an iteration.</summary>
/// <param name="Iteration">Number of iterations done; 0 is the start: zero weights, biases at the class frequencies.</param>
/// <param name="Loss">The objective divided by the number of rows: mean log-loss in nats plus the penalty.</param>
/// <param name="GradientNorm">
/// Length of the gradient relative to the start, with respect to scaled features: 1 at the start, and training ends at or below
/// <see cref="MobileNetV2HeadOptions.OptimizationTolerance"/>.
/// </param>
public readonly record struct HeadTrainingProgress(int Iteration, double Loss, double GradientNorm);
