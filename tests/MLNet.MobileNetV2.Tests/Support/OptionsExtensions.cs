using System.Linq.Expressions;
using System.Reflection;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>Copies options that are classes, as <c>with</c> copies records.</summary>
internal static class OptionsExtensions
{
    private static readonly MethodInfo s_clone = typeof(object).GetMethod(
        "MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>The same options with one set anew: <c>options.With(its => its.BatchSize, 2)</c>.</summary>
    public static TOptions With<TOptions, TValue>(this TOptions options, Expression<Func<TOptions, TValue>> property, TValue value)
        where TOptions : class
    {
        var copy = (TOptions)s_clone.Invoke(options, null)!;
        ((PropertyInfo)((MemberExpression)property.Body).Member).SetValue(copy, value);
        return copy;
    }
}
