using System.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>A change of colours, many pixels at a time. The values are 0..255 before and after it.</summary>
internal interface IPixelChange
{
    /// <summary>Changes as many pixels as a vector has places.</summary>
    void Apply(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue);
}
