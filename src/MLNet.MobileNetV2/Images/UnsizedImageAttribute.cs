using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNet.MobileNetV2;

/// <summary>
/// Marks an <see cref="MLImage"/> member of a row class as an image of any size. ML.NET's own <c>[ImageType]</c> needs a fixed
/// height and width, which the featurizer does not take.
/// </summary>
/// <remarks>
/// ML.NET lets one attribute type in a process stand for an unsized image. Use this one beside this library: a model that
/// it saved registers it on loading.
/// </remarks>
/// <example><code>class Photo { [UnsizedImage] public MLImage Image { get; set; } }</code></example>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class UnsizedImageAttribute : DataViewTypeAttribute
{
    /// <summary>Registers the type with ML.NET, which calls this by itself.</summary>
    public override void Register() => DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage), this);

    /// <summary>Whether the other attribute is of this type too.</summary>
    /// <param name="other">The other attribute.</param>
    public override bool Equals(DataViewTypeAttribute? other) => other is UnsizedImageAttribute;

    /// <summary>The same for all attributes of this type.</summary>
    public override int GetHashCode() => typeof(UnsizedImageAttribute).GetHashCode();
}
