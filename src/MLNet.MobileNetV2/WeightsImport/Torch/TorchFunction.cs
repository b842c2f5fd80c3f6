namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>The functions that a checkpoint of tensors calls; nothing else is called.</summary>
internal enum TorchFunction
{
    /// <summary><c>collections.OrderedDict</c>.</summary>
    OrderedDict,

    /// <summary><c>torch._utils._rebuild_tensor_v2</c>: a view of a storage.</summary>
    RebuildTensor,

    /// <summary><c>torch._utils._rebuild_parameter</c>: a tensor with a gradient.</summary>
    RebuildParameter,
}
