namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>A tensor that the image decides.</summary>
/// <param name="Id">Its number among the steps that are recognised; a transposed map keeps it.</param>
/// <param name="IsChannelsLast">Whether a map's channels are its last dimension instead of its second.</param>
internal record OnnxTensor(int Id, bool IsChannelsLast = false) : OnnxValue
{
    /// <summary>The tensor that operators take which are no convolution: a padded one has not come to be yet.</summary>
    public virtual int Source => Id;
}
