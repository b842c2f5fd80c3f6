using System.Reflection;
using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests;

public sealed class MobileNetV2CatalogTests
{
    public static TheoryData<string, int> Extensions
    {
        get
        {
            var data = new TheoryData<string, int>();
            MethodInfo[] methods = Methods();
            for (int i = 0; i < methods.Length; i++)
            {
                data.Add(methods[i].Name, i);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Extensions))]
    public void Extension_WithoutACatalog_NamesIt(string name, int index)
    {
        MethodInfo method = Methods()[index];
        object?[] arguments =
            [.. method.GetParameters().Select(parameter => parameter.HasDefaultValue ? parameter.DefaultValue : Value(parameter))];
        arguments[0] = null;

        TargetInvocationException error = Assert.Throws<TargetInvocationException>(() => method.Invoke(null, arguments));

        Assert.Equal(
            (name, method.GetParameters()[0].Name), (method.Name, Assert.IsType<ArgumentNullException>(error.InnerException).ParamName));
    }

    private static MethodInfo[] Methods() => typeof(MobileNetV2Catalog).GetMethods(BindingFlags.Static | BindingFlags.Public);

    private static object? Value(ParameterInfo parameter) => parameter.ParameterType switch
    {
        Type type when type == typeof(string) => "Name",
        Type type when type == typeof(MLContext) => new MLContext(),
        Type type when type == typeof(IDataView) => new MLContext().Data.LoadFromEnumerable(Photos.Rows(1)),
        Type type when type == typeof(Stream) => Stream.Null,
        Type type when type == typeof(FeatureDistillationOptions) =>
            new FeatureDistillationOptions { Student = WeightsSource.Embedded },
        { IsValueType: true } type => Activator.CreateInstance(type),
        { IsInterface: false } type when type.GetConstructor([]) is { } constructor => constructor.Invoke(null),
        _ => null,
    };
}
