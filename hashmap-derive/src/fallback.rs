//! Beside the errors: impls that say as little as possible, so that a broken struct is not also
//! "not a record" wherever it is used. They never run, for the program does not compile.

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand::{fields, from_hash, key, to_hash};
use crate::model::Record;

pub(crate) fn to_redis_hash(record: &Record<'_>) -> TokenStream {
    let ident = &record.original.ident;
    let name = record.name();
    let generics = &record.original.generics;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    // Also where the template itself is the mistake.
    let key = record.attrs.key.as_ref().map(|given| {
        let hash_key = given.value.as_ref().map(|(_, template)| key::stub(record, template));
        quote! {
            #hash_key
            #[automatically_derived]
            impl #impl_generics __RedisHashKeyTemplate for #ident #ty_generics #where_clause {
                fn write_hash_key(
                    &self,
                    _: &mut __redis_hash::KeyWriter<'_>,
                ) -> __redis_hash::Result<(), __RedisHashKeyError> {
                    __redis_hash::Result::Ok(())
                }
            }
        }
    });
    let foreign =
        record.attrs.redis_traits.as_ref().map(|_| to_hash::to_redis_args(record, generics));
    quote! {
        #[automatically_derived]
        impl #impl_generics __RedisHashToRedisHash for #ident #ty_generics #where_clause {
            const RECORD: __redis_hash::Record = __redis_hash::Record::new(#name);

            fn visit_hash_fields(&self, _: &mut impl __redis_hash::FieldVisitor) {}
        }
        #key
        #foreign
    }
}

pub(crate) fn from_redis_hash(record: &Record<'_>) -> TokenStream {
    let ident = &record.original.ident;
    let name = record.name();
    let generics = &record.original.generics;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let pattern = record.attrs.key.as_ref().map(|_| {
        quote! {
            #[automatically_derived]
            impl #impl_generics __RedisHashKeyPattern for #ident #ty_generics #where_clause {
                const TEMPLATE: &'static __redis_hash::KeyTemplate =
                    &__redis_hash::KeyTemplate::new("", "", "");

                fn fits(_: &[__redis_hash::Cow<'_, __redis_hash::Str>]) -> bool {
                    false
                }
            }
        }
    });
    let (handles, items) = fields::stub(record);
    let foreign =
        record.attrs.redis_traits.as_ref().map(|_| from_hash::from_redis_value(record, generics));
    quote! {
        #[automatically_derived]
        impl #impl_generics __RedisHashFromRedisHash for #ident #ty_generics #where_clause {
            const NAME: &'static __redis_hash::Str = #name;
            const FIELDS: __redis_hash::Names = __redis_hash::Names::new(&[], &[]);

            #items

            fn read_hash_fields(
                _: &mut __redis_hash::FieldReader<'_>,
            ) -> __redis_hash::Result<Self, __redis_hash::Unread> {
                __redis_hash::Result::Err(__redis_hash::Unread::missing(""))
            }
        }

        #handles
        #foreign
        #pattern
    }
}
