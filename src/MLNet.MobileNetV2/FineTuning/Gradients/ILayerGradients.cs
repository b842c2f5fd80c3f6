namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Writes what follows a convolution, batch norm and ReLU6, there and back.</summary>
internal interface ILayerGradients
{
    /// <summary>Writes the convolution with batch norm and activation, and returns the activation.</summary>
    MapValue Forward(TrainedLayer layer, MapValue input);

    /// <summary>Writes the gradient of the convolution's result from that of the activation, and those of scale and shift.</summary>
    MapValue Backward(TrainedLayer layer, MapValue output, MapValue gradient);
}
