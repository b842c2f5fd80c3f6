namespace MLNet.MobileNetV2;

/// <summary>Order of the colour channels in the network's input tensor.</summary>
public enum ImageChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red.</summary>
    Bgr,
}
