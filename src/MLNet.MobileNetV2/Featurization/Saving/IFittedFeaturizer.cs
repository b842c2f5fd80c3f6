using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>A featurizer that was fitted in this process, before ML.NET saves it as stock steps.</summary>
internal interface IFittedFeaturizer
{
    /// <summary>Name of the features column.</summary>
    string OutputColumn { get; }

    /// <summary>How it prepares images; null where it takes prepared pixels.</summary>
    FeaturizerSpec? Spec { get; }

    /// <summary>The ONNX file that it computes.</summary>
    byte[] WriteGraph();
}
