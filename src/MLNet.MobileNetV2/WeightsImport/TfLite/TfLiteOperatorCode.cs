namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>The TFLite operators that occur in MobileNetV2, with their numbers in the schema.</summary>
internal enum TfLiteOperatorCode
{
    Add = 0,
    AveragePool2D = 1,
    Conv2D = 3,
    DepthwiseConv2D = 4,
    Dequantize = 6,
    FullyConnected = 9,
    Logistic = 14,
    Reshape = 22,
    Softmax = 25,
    Pad = 34,
    Mean = 40,
    Squeeze = 43,
    Quantize = 114,
}
